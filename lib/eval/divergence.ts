import type { TextSource } from "../data/text_source.ts";
import { eventTurn } from "../io/event_turn.ts";
import type { ScoringModel } from "./perplexity.ts";
import type { PerplexityProtocol, ProtocolOptions } from "./protocol.ts";
import { openScoredText } from "./scored_text.ts";
import { WindowDivergences } from "./window_divergences.ts";

/** Options for {@linkcode divergence}. */
export interface DivergenceOptions extends ProtocolOptions {
  /** Called after each block. */
  onProgress?: (progress: DivergenceProgress) => void;
  /** Stops between blocks. */
  signal?: AbortSignal;
}

/** How far a comparison is. */
export interface DivergenceProgress {
  readonly phase: "divergence";
  readonly done: number;
  readonly total: number;
  readonly unit: "blocks";
}

/** How far a model's predictions lie from a reference's. */
export interface DivergenceResult {
  /** The mean Kullback-Leibler divergence of a prediction from the reference's, nats. */
  readonly meanDivergence: number;
  /** Its standard error, with blocks taken as independent; `null` for a single block. */
  readonly error: number | null;
  /** The share of predictions whose likeliest token is the reference's. */
  readonly sameTop: number;
  readonly blocks: number;
  /** The number of compared predictions. */
  readonly tokens: number;
  /** The mean divergence of each block, in their order. */
  readonly blockDivergences: readonly number[];
  readonly protocol: PerplexityProtocol;
}

/**
 * Compares a model's predictions with a reference's, as of a quantized model with the float model that it
 * was made from: what quantization changed shows here before it shows in a perplexity.
 *
 * @param model The model.
 * @param reference What it is compared with; both see the tokens of the model's tokenizer.
 * @param text The text; a string counts as one document.
 * @param options The protocol, as of `perplexity`.
 * @throws {RangeError} If the vocabularies are of other sizes, `seq` is above the reference's limit, or as
 * `perplexity`.
 */
export async function divergence(
  model: ScoringModel,
  reference: ScoringModel,
  text: TextSource | string,
  { onProgress, signal, ...options }: DivergenceOptions,
): Promise<DivergenceResult> {
  requireComparable(model, reference, options.seq);
  const { ids, windows, seq, bosId, protocol } = await openScoredText(model, text, options);
  using compare = new WindowDivergences(model, reference, { seq, bosId });
  const means: number[] = [];
  const sums = { divergence: 0, same: 0, tokens: 0 };
  for (const window of windows) {
    await eventTurn();
    signal?.throwIfAborted();
    const { divergences, sameTops } = await compare.of(ids, window);
    const sum = total(divergences);
    means.push(sum / divergences.length);
    sums.divergence += sum;
    sums.same += total(sameTops);
    sums.tokens += divergences.length;
    onProgress?.({
      phase: "divergence",
      done: means.length,
      total: windows.length,
      unit: "blocks",
    });
  }
  return {
    meanDivergence: sums.divergence / sums.tokens,
    error: standardError(means),
    sameTop: sums.same / sums.tokens,
    blocks: windows.length,
    tokens: sums.tokens,
    blockDivergences: means,
    protocol,
  };
}

function requireComparable(model: ScoringModel, reference: ScoringModel, seq: number): void {
  const [own, other] = [model.config.vocabSize, reference.config.vocabSize];
  if (own !== other) {
    throw new RangeError(
      `Cannot compare models of different vocabularies: the model has ${own} tokens, the reference ${other}`,
    );
  }
  const { maxPositions } = reference.config;
  if (seq > maxPositions) {
    throw new RangeError(
      `The reference sees at most ${maxPositions} tokens: 'seq' is ${seq}: write a shorter one`,
    );
  }
}

function total(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function standardError(means: readonly number[]): number | null {
  const count = means.length;
  if (count < 2) return null;
  const mean = means.reduce((sum, value) => sum + value, 0) / count;
  const squares = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (count - 1) / count);
}
