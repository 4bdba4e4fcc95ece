import type { EvaluationBlock } from "../data/evaluation_blocks.ts";
import type { TextSource } from "../data/text_source.ts";
import { eventTurn } from "../io/event_turn.ts";
import type { ComputingModel } from "../model/forward_pass.ts";
import type { PerplexityProtocol, ProtocolOptions } from "./protocol.ts";
import { openScoredText, type ScoredText, type TokenizedModel } from "./scored_text.ts";
import { WindowLosses } from "./window_losses.ts";

/** How far a measurement is. */
export interface PerplexityProgress {
  readonly phase: "perplexity";
  readonly done: number;
  readonly total: number;
  readonly unit: "blocks";
  /** The perplexity of the blocks so far. */
  readonly perplexity: number;
}

/** Options for {@linkcode perplexity}. */
export interface PerplexityOptions extends ProtocolOptions {
  /** Called after each block. */
  onProgress?: (progress: PerplexityProgress) => void;
  /** Stops between blocks. */
  signal?: AbortSignal;
}

/** A perplexity with what it was measured on. */
export interface PerplexityResult {
  /** `exp(meanLoss)`. */
  readonly perplexity: number;
  /** The mean negative log-likelihood of a scored token, nats. */
  readonly meanLoss: number;
  /** The number of windows. */
  readonly blocks: number;
  /** The number of scored tokens. */
  readonly tokens: number;
  /** The words that begin in scored tokens: runs of characters that are not white space. */
  readonly words: number;
  /** The UTF-8 bytes of the scored tokens. */
  readonly bytes: number;
  /** `exp(total loss / words)`. */
  readonly wordPerplexity: number;
  /** `exp(total loss / bytes)`. */
  readonly bytePerplexity: number;
  /** The mean loss of each window, in their order. */
  readonly blockLosses: readonly number[];
  readonly protocol: PerplexityProtocol;
}

/** What is needed of a model to score text. */
export type ScoringModel = ComputingModel & TokenizedModel;

/**
 * Measures the perplexity of a model on a text, by default as the papers do: documents joined by
 * blank lines, tokenized as one piece, cut into blocks of `seq` tokens without overlap, the remainder
 * dropped, the first token of a block not scored, `exp` of the mean loss, losses in float32.
 *
 * @param model The model.
 * @param text The text; a string counts as one document.
 * @param options The protocol.
 * @throws {RangeError} If the text is empty or shorter than a block, `seq` is above the model's limit,
 * another option is out of range, or BOS is asked for and the tokenizer has none.
 */
export async function perplexity(
  model: ScoringModel,
  text: TextSource | string,
  options: PerplexityOptions,
): Promise<PerplexityResult> {
  using meter = await openPerplexityMeter(model, text, options);
  return await meter.measure(options);
}

/** Measures one model on one text again and again while it changes: compiles and tokenizes once. */
export interface PerplexityMeter extends Disposable {
  /** Measures the model as it is now. */
  measure(options?: Pick<PerplexityOptions, "onProgress" | "signal">): Promise<PerplexityResult>;
}

/**
 * Prepares {@linkcode perplexity} for many measurements.
 *
 * @throws {RangeError} As {@linkcode perplexity}.
 */
export async function openPerplexityMeter(
  model: ScoringModel,
  text: TextSource | string,
  options: ProtocolOptions,
): Promise<PerplexityMeter> {
  const scored = await openScoredText(model, text, options);
  const losses = new WindowLosses(model, scored);
  return {
    measure: (during = {}) => scoreText(scored, losses, during),
    [Symbol.dispose]: () => losses[Symbol.dispose](),
  };
}

/** Measures a text as {@linkcode scoreBlocks} does, in one piece. */
export async function scoreText(
  text: ScoredText,
  losses: WindowLosses,
  { onProgress, signal }: Pick<PerplexityOptions, "onProgress" | "signal"> = {},
): Promise<PerplexityResult> {
  const scoring = scoreBlocks(text, losses, signal);
  let next = await scoring.next();
  for (; !next.done; next = await scoring.next()) onProgress?.(next.value);
  return next.value;
}

/**
 * Measures a text with the compiled functions of a model.
 *
 * @param text What {@linkcode openScoredText} gave for the model's tokenizer.
 * @param losses The functions, for the text's `seq` and `bosId`.
 * @param signal Stops between blocks.
 * @returns How far it is after each block, and at the end the result.
 * @throws The signal's reason, if it is aborted.
 */
export async function* scoreBlocks(
  text: ScoredText,
  losses: WindowLosses,
  signal?: AbortSignal,
): AsyncGenerator<PerplexityProgress, PerplexityResult, void> {
  const sums = yield* measure({ ...text, losses }, signal);
  return summarize({ ...text, sums });
}

interface Measurement {
  ids: Int32Array;
  windows: readonly EvaluationBlock[];
  losses: WindowLosses;
}

// The total loss of each window; sums are double, as a float32 sum would lose the small ones.
async function* measure(
  { ids, windows, losses }: Measurement,
  signal: AbortSignal | undefined,
): AsyncGenerator<PerplexityProgress, number[], void> {
  const sums: number[] = [];
  let [total, tokens] = [0, 0];
  for (const window of windows) {
    await eventTurn();
    signal?.throwIfAborted();
    const values = await losses.of(ids, window);
    const sum = values.reduce((before, loss) => before + loss, 0);
    sums.push(sum);
    total += sum;
    tokens += values.length;
    yield {
      phase: "perplexity",
      done: sums.length,
      total: windows.length,
      unit: "blocks",
      perplexity: Math.exp(total / tokens),
    };
  }
  return sums;
}

interface Summary {
  sums: readonly number[];
  windows: readonly EvaluationBlock[];
  count: { words: number; bytes: number };
  protocol: PerplexityProtocol;
}

function summarize({ sums, windows, count, protocol }: Summary): PerplexityResult {
  const lengths = windows.map(({ end, scoreFrom }) => end - scoreFrom);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const total = sums.reduce((before, sum) => before + sum, 0);
  return {
    perplexity: Math.exp(total / tokens),
    meanLoss: total / tokens,
    blocks: windows.length,
    tokens,
    ...count,
    wordPerplexity: Math.exp(total / count.words),
    bytePerplexity: Math.exp(total / count.bytes),
    blockLosses: sums.map((sum, index) => sum / (lengths[index] ?? 1)),
    protocol,
  };
}
