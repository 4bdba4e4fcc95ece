import type { EvaluationBlock } from "../data/evaluation_blocks.ts";
import { compile, type Compiled } from "../engine/compile.ts";
import { tf } from "../engine/tf.ts";
import { evenSpans, LOGITS_PIECE, type RowSpan } from "../model/even_spans.ts";
import { type ComputingModel, computingParts, type ForwardPass } from "../model/forward_pass.ts";
import { hiddenStates } from "../model/llama.ts";
import { makePositions } from "../model/positions.ts";

/** Options for {@linkcode WindowPass}. */
export interface WindowPassOptions {
  /** The tokens that the model sees at once. */
  seq: number;
  /** The token in front of each window, if any. */
  bosId: number | undefined;
}

/**
 * A model's forward pass over windows of one length, compiled up to the output head.
 *
 * The head runs apart from the rest, in pieces of rows, one after the other: the logits of a whole window
 * would take 500 MiB for 1,024 tokens of a vocabulary of 128,000, and a compiler that sees all pieces at once
 * computes them side by side.
 */
export class WindowPass implements Disposable {
  /** What the head works with. */
  readonly pass: ForwardPass;
  /** The pieces of the rows that predict a token of the window. */
  readonly spans: readonly RowSpan[];
  readonly #hidden: Compiled<[tf.Tensor1D], tf.Tensor2D>;
  readonly #front: readonly number[];

  /** @throws {RangeError} If `seq` is not an integer from 1 to the model's limit. */
  constructor(model: ComputingModel, { seq, bosId }: WindowPassOptions) {
    const { config } = model;
    const pass = { ...computingParts(model), positions: makePositions(config, seq) };
    this.pass = pass;
    this.#hidden = compile((idsT: tf.Tensor1D) => hiddenOf(idsT, pass), { name: "hidden" });
    this.#front = bosId === undefined ? [] : [bosId];
    const predictions = seq - 1;
    this.spans = evenSpans(predictions, Math.ceil(predictions * config.vocabSize / LOGITS_PIECE));
  }

  /** The tokens that the model sees of a window, `[T]`. */
  tokens(ids: Int32Array, { start, end }: EvaluationBlock): Int32Array {
    return Int32Array.of(...this.#front, ...ids.subarray(start, end));
  }

  /** What the head reads, `[T, D]`. */
  hidden(idsT: tf.Tensor1D): tf.Tensor2D {
    return this.#hidden(idsT);
  }

  /** Of one value for each prediction, those of the tokens that are scored in a window. */
  scored(values: Float32Array, { start, scoreFrom }: EvaluationBlock): Float32Array {
    // The first value is that of the window's second token.
    return values.subarray(scoreFrom - start + this.#front.length - 1);
  }

  /** Frees the function and its tables. */
  [Symbol.dispose](): void {
    this.#hidden.dispose();
    const { cosTP, sinTP, maskTS } = this.pass.positions;
    tf.dispose([cosTP, sinTP, maskTS]);
  }
}

/** Rows one after the other. */
export function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}

function hiddenOf(idsT: tf.Tensor1D, pass: ForwardPass): tf.Tensor2D {
  const [T] = idsT.shape;
  return tf.reshape(hiddenStates(tf.reshape(idsT, [1, T]), pass), [T, pass.config.hiddenSize]);
}
