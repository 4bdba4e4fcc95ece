import type { EvaluationBlock } from "../data/evaluation_blocks.ts";
import { compile, type Compiled } from "../engine/compile.ts";
import { tf } from "../engine/tf.ts";
import type { ComputingModel } from "../model/forward_pass.ts";
import { logitsOf } from "../model/llama.ts";
import { sameTops, tokenDivergences } from "./token_divergences.ts";
import { joined, WindowPass, type WindowPassOptions } from "./window_pass.ts";

/** Of each scored token of a window. */
export interface WindowDivergence {
  /** The divergence of its prediction from the reference's, nats. */
  readonly divergences: Float32Array;
  /** 1 where both models find the same token the likeliest, else 0. */
  readonly sameTops: Float32Array;
}

/** Computes how far a model's predictions lie from a reference's, by compiled functions. */
export class WindowDivergences implements Disposable {
  readonly #model: WindowPass;
  readonly #reference: WindowPass;
  readonly #compare: Compiled<[tf.Tensor2D, tf.Tensor2D], tf.Tensor2D>;

  /** @throws {RangeError} If `seq` is not an integer from 1 to the models' limits. */
  constructor(model: ComputingModel, reference: ComputingModel, options: WindowPassOptions) {
    this.#model = new WindowPass(model, options);
    this.#reference = new WindowPass(reference, options);
    const [own, other] = [this.#model.pass, this.#reference.pass];
    this.#compare = compile((rowsND: tf.Tensor2D, referenceND: tf.Tensor2D) => {
      const logitsNV = logitsOf(rowsND, own) as tf.Tensor2D;
      const referenceNV = logitsOf(referenceND, other) as tf.Tensor2D;
      return tf.stack([
        tokenDivergences(logitsNV, referenceNV),
        sameTops(logitsNV, referenceNV),
      ]) as tf.Tensor2D;
    }, { name: "divergences" });
  }

  /** Compares the models on a window. */
  async of(ids: Int32Array, block: EvaluationBlock): Promise<WindowDivergence> {
    const pieces = this.#run(this.#model.tokens(ids, block));
    try {
      const values = await Promise.all(pieces.map((piece) => piece.data<"float32">()));
      const halves = (half: 0 | 1) =>
        values.map((both) => both.subarray(half * both.length / 2, (half + 1) * both.length / 2));
      return {
        divergences: this.#model.scored(joined(halves(0)), block),
        sameTops: this.#model.scored(joined(halves(1)), block),
      };
    } finally {
      tf.dispose(pieces);
    }
  }

  /** Frees the functions and their tables. */
  [Symbol.dispose](): void {
    this.#compare.dispose();
    this.#model[Symbol.dispose]();
    this.#reference[Symbol.dispose]();
  }

  #run(tokens: Int32Array): tf.Tensor2D[] {
    return tf.tidy(() => {
      const idsT = tf.tensor1d(tokens, "int32");
      const [ownTD, otherTD] = [this.#model.hidden(idsT), this.#reference.hidden(idsT)];
      return this.#model.spans.map(({ begin, count }) => {
        const rows = (hiddenTD: tf.Tensor2D) => tf.slice(hiddenTD, [begin, 0], [count, -1]);
        return this.#compare(rows(ownTD), rows(otherTD));
      });
    });
  }
}
