import type { PerplexityProgress, PerplexityResult } from "../eval/perplexity.ts";
import type { RunRow } from "../results/run_row.ts";
import { linearBytes } from "./linear_bytes.ts";
import type { RunSpec } from "./run_spec.ts";
import type { ScoredWeights, Trial } from "./trial.ts";
import type { Workbench } from "./workbench.ts";

/** A run's model is scored on a text after its training; one after each block. */
export interface ScoreEvent extends Pick<PerplexityProgress, "done" | "total"> {
  readonly kind: "score";
  readonly split: "validation" | "test";
  readonly weights: ScoredWeights;
}

/** What scoring finds. */
export type Scores = Pick<
  RunRow,
  | "validation_loss"
  | "linear_bytes"
  | "test_loss_trained"
  | "test_loss"
  | "perplexity"
  | "merge_exact"
  | "evaluate_seconds"
>;

/** Where a trial is scored. */
export interface ScoreTrialOptions {
  readonly bench: Workbench;
  /** Takes what is found; a loss of the validation split that it has already stays. */
  readonly found: { -readonly [Name in keyof Scores]?: Scores[Name] };
  /** Stops after the block that is scored. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores a trained model on its texts, merges it and scores it again.
 *
 * @throws The signal's reason, if it is aborted.
 */
export async function* scoreTrial(
  spec: RunSpec,
  trial: Trial,
  { bench, found, signal }: ScoreTrialOptions,
): AsyncGenerator<ScoreEvent, void, void> {
  const begun = performance.now();
  const score = (split: ScoreEvent["split"], weights: ScoredWeights, text: ScoredText) =>
    told(trial.scoring(weights, text, signal), { kind: "score", split, weights });
  const validation = await bench.text(spec, "validation");
  // Training may have ended with it.
  if (validation && (found.validation_loss ?? null) === null) {
    found.validation_loss = (yield* score("validation", "trained", validation)).meanLoss;
  }
  const test = await bench.text(spec, "test");
  const merged = trial.merge();
  found.linear_bytes = linearBytes(merged);
  if (test) {
    const before = yield* score("test", "trained", test);
    const after = yield* score("test", "merged", test);
    found.test_loss_trained = before.meanLoss;
    found.test_loss = after.meanLoss;
    found.perplexity = after.perplexity;
    found.merge_exact = isSame(before, after);
  }
  found.evaluate_seconds = (performance.now() - begun) / 1000;
}

type ScoredText = Parameters<Trial["scoring"]>[1];

async function* told(
  scoring: AsyncGenerator<PerplexityProgress, PerplexityResult, void>,
  what: Pick<ScoreEvent, "kind" | "split" | "weights">,
): AsyncGenerator<ScoreEvent, PerplexityResult, void> {
  let next = await scoring.next();
  for (; !next.done; next = await scoring.next()) {
    const { done, total } = next.value;
    yield { ...what, done, total };
  }
  return next.value;
}

function isSame(a: PerplexityResult, b: PerplexityResult): boolean {
  return a.blockLosses.every((loss, i) => loss === b.blockLosses[i]);
}
