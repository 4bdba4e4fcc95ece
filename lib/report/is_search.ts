import type { RunRow } from "../results/run_row.ts";

/** Whether runs were only held against a validation split, as those are that choose learning rates. */
export function isSearch(rows: readonly RunRow[]): boolean {
  return rows.some(({ validation_loss }) => validation_loss !== null) &&
    rows.every(({ test_loss }) => test_loss === null);
}
