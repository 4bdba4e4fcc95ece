/**
 * All studies by name: lists of runs as data. Nothing here computes.
 *
 * @module
 */
import { nearestNames } from "../lib/data/nearest_name.ts";
import type { Study } from "../lib/study/study.ts";
import { FIG_5 } from "./l4q/fig_5.ts";
import { TABLE_11 } from "./l4q/table_11.ts";
import { TABLE_4 as L4Q_TABLE_4 } from "./l4q/table_4.ts";
import { TABLES_5_6 } from "./l4q/tables_5_6.ts";
import { TABLES_7_8 } from "./l4q/tables_7_8.ts";
import { TWO_BITS } from "./l4q/two_bits.ts";
import { LEARNING_RATES } from "./learning_rates.ts";
import { FROZEN_SCALE } from "./lr_qat/frozen_scale.ts";
import { LONG_ABLATIONS } from "./lr_qat/long_ablations.ts";
import { PHI_BITS } from "./lr_qat/phi_bits.ts";
import { RANKS } from "./lr_qat/ranks.ts";
import { TABLE_2 } from "./lr_qat/table_2.ts";
import { TABLE_3 } from "./lr_qat/table_3.ts";
import { TABLE_4 } from "./lr_qat/table_4.ts";
import { TABLE_5 } from "./lr_qat/table_5.ts";
import { TABLE_A8 } from "./lr_qat/table_a8.ts";
import { QUICK } from "./quick.ts";
import { REAL_MODEL } from "./real_model.ts";
import { REAL_MODEL_RATES } from "./real_model_rates.ts";
import { RECOMPUTATION } from "./recomputation.ts";
import { W3_CHANNEL } from "./w3_channel.ts";

/** All studies, the default one first. */
export const STUDIES: readonly Study[] = [
  QUICK,
  W3_CHANNEL,
  LEARNING_RATES,
  RECOMPUTATION,
  REAL_MODEL,
  REAL_MODEL_RATES,
  TABLE_2,
  TABLE_3,
  TABLE_4,
  TABLE_5,
  TABLE_A8,
  RANKS,
  FROZEN_SCALE,
  PHI_BITS,
  LONG_ABLATIONS,
  L4Q_TABLE_4,
  TABLES_5_6,
  TABLES_7_8,
  FIG_5,
  TABLE_11,
  TWO_BITS,
];

/**
 * The study of a name.
 *
 * @throws {RangeError} If there is none; it offers the nearest names.
 */
export function studyNamed(name: string): Study {
  const study = STUDIES.find((known) => known.name === name);
  if (study) return study;
  const names = STUDIES.map((known) => known.name);
  const near = nearestNames(name, names).map((other) => `'${other}'`).join(" or ");
  throw new RangeError(
    `Unknown study '${name}': ${near ? `did you mean ${near}?` : `known are ${names.join(", ")}`}`,
  );
}

export { notebookOf } from "./notebooks.ts";
export { BROWN_4M } from "./brown_4m.ts";
export { MEMORY_STUDIES, type MemoryStudy, memoryStudyNamed } from "./memory/mod.ts";
export { paperValue, paperValues } from "./papers/paper_value.ts";
