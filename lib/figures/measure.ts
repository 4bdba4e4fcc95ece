import type { RunRow } from "../results/run_row.ts";

/** A number that runs are compared by. */
export interface Measure {
  /** What it is, for an axis's title, with the unit in brackets if it has one. */
  readonly label: string;
  /** Decimals that are worth showing. */
  readonly digits: number;
  /** Whether ratios matter more than differences, so that a wide axis is logarithmic. */
  readonly isRatio: boolean;
  /** Which way is better. */
  readonly better: "lower" | "higher";
  /** Whether it is a time, of which the least stands for several runs instead of their mean. */
  readonly isTime?: boolean;
  /** Its value for a run, `null` where there is none. */
  of(row: RunRow): number | null;
}

/** Perplexity of the merged model on the test text. */
export const PERPLEXITY: Measure = {
  label: "perplexity",
  digits: 2,
  isRatio: true,
  better: "lower",
  of: (row) => row.perplexity,
};

/** Mean loss of the merged model on the test text. */
export const TEST_LOSS: Measure = {
  label: "test loss (nats per token)",
  digits: 3,
  isRatio: false,
  better: "lower",
  of: (row) => row.test_loss,
};

/** Mean loss on the validation split, which chooses learning rates. */
export const VALIDATION_LOSS: Measure = {
  label: "validation loss (nats per token)",
  digits: 3,
  isRatio: false,
  better: "lower",
  of: (row) => row.validation_loss,
};

/** Seconds of the median training step, the least over runs. */
export const STEP_SECONDS: Measure = {
  label: "median step (s)",
  digits: 3,
  isRatio: true,
  better: "lower",
  isTime: true,
  of: (row) => row.step_seconds,
};

/** The title of a measure's axis, with an arrow the better way. */
export function measureTitle({ label, better }: Measure): string {
  return `${label} ${better === "lower" ? "↓" : "↑"}`;
}
