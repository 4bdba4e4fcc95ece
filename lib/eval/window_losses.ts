import type { EvaluationBlock } from "../data/evaluation_blocks.ts";
import { compile, type Compiled } from "../engine/compile.ts";
import { tf } from "../engine/tf.ts";
import type { ComputingModel } from "../model/forward_pass.ts";
import { logitsOf } from "../model/llama.ts";
import { tokenLosses } from "../model/token_losses.ts";
import { joined, WindowPass, type WindowPassOptions } from "./window_pass.ts";

/** Computes the losses of windows of one length by compiled functions. */
export class WindowLosses implements Disposable {
  readonly #window: WindowPass;
  readonly #losses: Compiled<[tf.Tensor2D, tf.Tensor1D], tf.Tensor1D>;

  /** @throws {RangeError} If `seq` is not an integer from 1 to the model's limit. */
  constructor(model: ComputingModel, options: WindowPassOptions) {
    this.#window = new WindowPass(model, options);
    const { pass } = this.#window;
    this.#losses = compile(
      (rowsND: tf.Tensor2D, targetsN: tf.Tensor1D) =>
        tokenLosses(logitsOf(rowsND, pass) as tf.Tensor2D, targetsN),
      { name: "losses" },
    );
  }

  /** The losses of the scored tokens of a window, float32, nats. */
  async of(ids: Int32Array, block: EvaluationBlock): Promise<Float32Array> {
    const pieces = this.#run(this.#window.tokens(ids, block));
    try {
      const values = await Promise.all(pieces.map((piece) => piece.data<"float32">()));
      return this.#window.scored(joined(values), block);
    } finally {
      tf.dispose(pieces);
    }
  }

  /** Frees the functions and their tables. */
  [Symbol.dispose](): void {
    this.#losses.dispose();
    this.#window[Symbol.dispose]();
  }

  #run(tokens: Int32Array): tf.Tensor1D[] {
    return tf.tidy(() => {
      const idsT = tf.tensor1d(tokens, "int32");
      const hiddenTD = this.#window.hidden(idsT);
      return this.#window.spans.map(({ begin, count }) =>
        this.#losses(tf.slice(hiddenTD, [begin, 0], [count, -1]), tf.slice(idsT, begin + 1, count))
      );
    });
  }
}
