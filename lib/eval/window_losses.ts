import type { EvaluationBlock } from "../data/evaluation_blocks.ts";
import { compile, type Compiled } from "../engine/compile.ts";
import { tf } from "../engine/tf.ts";
import { evenSpans, LOGITS_PIECE, type RowSpan } from "../model/even_spans.ts";
import { type ComputingModel, computingParts, type ForwardPass } from "../model/forward_pass.ts";
import { hiddenStates, logitsOf } from "../model/llama.ts";
import { makePositions, type Positions } from "../model/positions.ts";
import { tokenLosses } from "../model/token_losses.ts";

/** Options for {@linkcode WindowLosses}. */
export interface WindowLossesOptions {
  /** The tokens that the model sees at once. */
  seq: number;
  /** The token in front of each window, if any. */
  bosId: number | undefined;
}

/**
 * Computes the losses of windows of one length by compiled functions.
 *
 * The output head runs apart from the rest, in pieces of rows, one after the other: the logits of a
 * whole window would take 500 MiB for 1,024 tokens of a vocabulary of 128,000, and a compiler that
 * sees all pieces at once computes them side by side.
 */
export class WindowLosses implements Disposable {
  readonly #positions: Positions;
  readonly #hidden: Compiled<[tf.Tensor1D], tf.Tensor2D>;
  readonly #losses: Compiled<[tf.Tensor2D, tf.Tensor1D], tf.Tensor1D>;
  readonly #front: readonly number[];
  readonly #spans: readonly RowSpan[];

  /** @throws {RangeError} If `seq` is not an integer from 1 to the model's limit. */
  constructor(
    model: ComputingModel,
    { seq, bosId }: WindowLossesOptions,
  ) {
    const { config } = model;
    this.#positions = makePositions(config, seq);
    const pass = { ...computingParts(model), positions: this.#positions };
    this.#hidden = compile((idsT: tf.Tensor1D) => hiddenOf(idsT, pass), { name: "hidden" });
    this.#losses = compile(
      (rowsND: tf.Tensor2D, targetsN: tf.Tensor1D) =>
        tokenLosses(logitsOf(rowsND, pass) as tf.Tensor2D, targetsN),
      { name: "losses" },
    );
    this.#front = bosId === undefined ? [] : [bosId];
    const predictions = seq - 1;
    this.#spans = evenSpans(predictions, Math.ceil(predictions * config.vocabSize / LOGITS_PIECE));
  }

  /** The losses of the scored tokens of a window, float32, nats. */
  async of(ids: Int32Array, { start, end, scoreFrom }: EvaluationBlock): Promise<Float32Array> {
    const pieces = this.#run(Int32Array.of(...this.#front, ...ids.subarray(start, end)));
    try {
      const values = await Promise.all(pieces.map((piece) => piece.data<"float32">()));
      // The first loss is that of the window's second token.
      return joined(values).subarray(scoreFrom - start + this.#front.length - 1);
    } finally {
      tf.dispose(pieces);
    }
  }

  /** Frees the functions and their tables. */
  [Symbol.dispose](): void {
    this.#hidden.dispose();
    this.#losses.dispose();
    const { cosTP, sinTP, maskTS } = this.#positions;
    tf.dispose([cosTP, sinTP, maskTS]);
  }

  #run(window: Int32Array): tf.Tensor1D[] {
    return tf.tidy(() => {
      const idsT = tf.tensor1d(window, "int32");
      const hiddenTD = this.#hidden(idsT);
      return this.#spans.map(({ begin, count }) =>
        this.#losses(tf.slice(hiddenTD, [begin, 0], [count, -1]), tf.slice(idsT, begin + 1, count))
      );
    });
  }
}

function hiddenOf(idsT: tf.Tensor1D, pass: ForwardPass): tf.Tensor2D {
  const [T] = idsT.shape;
  return tf.reshape(hiddenStates(tf.reshape(idsT, [1, T]), pass), [T, pass.config.hiddenSize]);
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}
