import type { RunRow } from "../results/run_row.ts";
import type { SweepOptions } from "./sweep_options.ts";

/** What decides, beside its result, whether a sweep does a run. */
export type OpenRunOptions = Pick<SweepOptions, "fresh" | "retry">;

/**
 * Whether a sweep does a run, by the result that it has, if any. A stopped run has a row, so that tables
 * can show it, and is taken up again.
 */
export function isOpenRun(
  row: Pick<RunRow, "status"> | undefined,
  { fresh = false, retry = [] }: OpenRunOptions,
): boolean {
  return fresh || row === undefined || row.status === "stopped" || retry.includes(row.status);
}
