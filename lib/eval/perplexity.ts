import { type EvaluationBlock, evaluationBlocks } from "../data/evaluation_blocks.ts";
import { readText, type TextSource } from "../data/text_source.ts";
import type { ComputingModel } from "../model/forward_pass.ts";
import type { LlamaModel } from "../model/load_model.ts";
import { requireLength } from "../model/positions.ts";
import { requireTokens } from "../model/require_tokens.ts";
import { countText, type TextSpan } from "./count_text.ts";
import { type PerplexityProtocol, perplexityProtocol, type ProtocolOptions } from "./protocol.ts";
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
export type ScoringModel = ComputingModel & Pick<LlamaModel, "tokenizer">;

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
  const source = typeof text === "string" ? oneDocument(text) : text;
  const protocol = perplexityProtocol(source.name, options);
  const { seq, stride, bos } = protocol;
  requireLength(model.config, seq);
  const { tokenizer } = model;
  if (bos !== "none") requireBos(model);
  const ids = tokenizer.encode(await readText(source), { bos: bos === "text" });
  requireTokens(ids, model.config);
  const limit = options.blocks === undefined ? {} : { limit: options.blocks };
  const inBlocks = bos === "blocks";
  const windows = evaluationBlocks(ids.length, { block: seq, stride, bos: inBlocks, ...limit });
  const count = countText(ids, { tokenizer, spans: windows.map(scoredSpan) });
  const losses = new WindowLosses(model, { seq, bosId: inBlocks ? tokenizer.bosId : undefined });
  return {
    measure: async (during = {}) => {
      const sums = await measure({ ids, windows, losses }, during);
      return summarize({ sums, windows, count, protocol });
    },
    [Symbol.dispose]: () => losses[Symbol.dispose](),
  };
}

interface Measurement {
  ids: Int32Array;
  windows: readonly EvaluationBlock[];
  losses: WindowLosses;
}

// The total loss of each window; sums are double, as a float32 sum would lose the small ones.
async function measure(
  { ids, windows, losses }: Measurement,
  { onProgress, signal }: Pick<PerplexityOptions, "onProgress" | "signal">,
): Promise<number[]> {
  const sums: number[] = [];
  let [total, tokens] = [0, 0];
  for (const window of windows) {
    signal?.throwIfAborted();
    const values = await losses.of(ids, window);
    const sum = values.reduce((before, loss) => before + loss, 0);
    sums.push(sum);
    total += sum;
    tokens += values.length;
    onProgress?.({
      phase: "perplexity",
      done: sums.length,
      total: windows.length,
      unit: "blocks",
      perplexity: Math.exp(total / tokens),
    });
  }
  return sums;
}

function scoredSpan({ scoreFrom, end }: EvaluationBlock): TextSpan {
  return { start: scoreFrom, end };
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

function requireBos({ tokenizer }: ScoringModel): void {
  if (tokenizer.bosId !== undefined) return;
  throw new RangeError("Cannot put BOS in front: the model's tokenizer has none");
}

function oneDocument(text: string): TextSource {
  return {
    name: "text",
    async *documents() {
      yield text;
    },
  };
}
