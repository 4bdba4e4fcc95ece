import type { RunRow } from "../results/run_row.ts";
import type { Measure } from "./measure.ts";
import { RUN_SETTINGS } from "./series.ts";
import { spread } from "./statistics.ts";

/**
 * What counts as nothing lost: `lora`, the float model adapted to the same text, or `float`, as it was.
 * Against `float` a run on new text can win more than rounding lost.
 */
export type LosslessReference = "lora" | "float";

/** What losses have in common that can be compared. */
const SCORING = [
  "model",
  "test_text",
  "eval_seq",
  "eval_stride",
  "eval_bos",
  "test_blocks",
] as const satisfies readonly (keyof RunRow)[];

/** What trainings have in common that can be compared. */
const TRAINING = [
  "train_text",
  "steps",
  "batch",
  "accumulation",
  "seq",
] as const satisfies readonly (keyof RunRow)[];

/**
 * The share of round-to-nearest's extra loss that a run wins back, in percent:
 * `100 (L_rtn - L) / (L_rtn - L_lora)`, all in nats a token, over seeds' means of `rtn` at the run's bits
 * (of weights, activations, keys and values), granularity and grid, and of `lora` (adapted in float), for
 * the same model and scoring. What is trained has the training text, steps and batches of its `lora`, too;
 * rounding has none. Of a reference with several settings, such as ranges or rates, the best counts.
 *
 * 0 is no better than rounding, 100 as good as the float model with the same training. A run without
 * its two references has `null`, and so has one whose rounding is no worse than what it is held against.
 *
 * @param rows The rows in which the references are looked up.
 * @param against The reference that lost nothing.
 */
export function recoveredShare(
  rows: readonly RunRow[],
  against: LosslessReference = "lora",
): Measure {
  const isLossless = (other: RunRow, row: RunRow) =>
    other.method === against &&
    (against === "float" || row.train_text === "" ||
      TRAINING.every((key) => other[key] === row[key]));
  return {
    label: against === "lora"
      ? "share of RTN's extra loss recovered (%)"
      : "share of RTN's extra loss recovered, against float (%)",
    digits: 0,
    isRatio: false,
    better: "higher",
    of(row) {
      const same = rows.filter((other) =>
        other.status === "done" && SCORING.every((key) => other[key] === row[key])
      );
      const rounded = leastLoss(
        same.filter((other) =>
          other.method === "rtn" && other.bits === row.bits &&
          other.granularity === row.granularity && other.grid === row.grid &&
          other.activation_bits === row.activation_bits &&
          other.key_value_bits === row.key_value_bits
        ),
      );
      const lossless = leastLoss(same.filter((other) => isLossless(other, row)));
      if (rounded === null || lossless === null || row.test_loss === null) return null;
      return rounded <= lossless ? null : 100 * (rounded - row.test_loss) / (rounded - lossless);
    },
  };
}

/** The least of the settings' mean losses: a reference must not look worse for what was tried beside it. */
function leastLoss(rows: readonly RunRow[]): number | null {
  const settings = Map.groupBy(rows, (row) => JSON.stringify(RUN_SETTINGS.map((key) => row[key])));
  const losses = [...settings.values()].map(meanLoss).filter((loss) => loss !== null);
  return losses.length === 0 ? null : Math.min(...losses);
}

function meanLoss(rows: readonly RunRow[]): number | null {
  const losses = rows.map((row) => row.test_loss).filter((loss) => loss !== null);
  return spread(losses.filter(Number.isFinite))?.mean ?? null;
}
