/**
 * All studies of memory by name: lists of steps as data.
 *
 * @module
 */
import { nearestNames } from "../../lib/data/nearest_name.ts";
import { L4Q_TABLE_10 } from "./l4q_table_10.ts";
import { LARGER_MODELS } from "./larger_models.ts";
import { LR_QAT_FIGURE_1 } from "./lr_qat_figure_1.ts";
import type { MemoryStudy } from "./memory_study.ts";
import { SIZES } from "./sizes.ts";

/** All studies of memory. */
export const MEMORY_STUDIES: readonly MemoryStudy[] = [
  LR_QAT_FIGURE_1,
  L4Q_TABLE_10,
  LARGER_MODELS,
  SIZES,
];

/**
 * The study of a name.
 *
 * @throws {RangeError} If there is none; it offers the nearest names.
 */
export function memoryStudyNamed(name: string): MemoryStudy {
  const study = MEMORY_STUDIES.find((known) => known.name === name);
  if (study) return study;
  const names = MEMORY_STUDIES.map((known) => known.name);
  const near = nearestNames(name, names).map((other) => `'${other}'`).join(" or ");
  throw new RangeError(
    `Unknown study of memory '${name}': ${
      near ? `did you mean ${near}?` : `known are ${names.join(", ")}`
    }`,
  );
}

export type { MemoryStudy } from "./memory_study.ts";
