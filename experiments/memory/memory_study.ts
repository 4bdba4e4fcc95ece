import type { MemoryStep } from "../../lib/memory/mod.ts";
import { type PaperQuery, paperValue } from "../papers/paper_value.ts";

/** A named list of steps whose memory is profiled. */
export interface MemoryStudy {
  /** Its name, such as `lr-qat/figure-1`. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  /** The published table or figure that it does again. */
  readonly source?: { readonly paper: string; readonly table: string };
  /** What is assumed where the source does not say, and what differs from it. */
  readonly notes: readonly string[];
  readonly steps: readonly MemoryStep[];
}

/** The note of studies whose steps leave the moments as they are by default. */
export const FLOAT32_MOMENTS =
  "Our step's moments are float32, the stack's bfloat16: the studies of published tables have bfloat16 in both.";

/** What is published for a step. */
export function published(query: PaperQuery): Pick<MemoryStep, "published"> {
  const cell = paperValue(query);
  if (!cell) return {};
  const { value, unit, status } = cell;
  return { published: { value, unit, status } };
}
