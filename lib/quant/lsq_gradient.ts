import { tf } from "../engine/tf.ts";
import type { Bounds } from "./grid.ts";

/** What LSQ's factor of a scale's gradient depends on. */
export interface LsqGradientOptions {
  /** Weights that share a scale, `N`. */
  readonly count: number;
  /** The grid's largest code, `Qp`. */
  readonly qp: Bounds["qp"];
}

/**
 * The same values, with gradients times `1 / sqrt(N Qp)` (LSQ, section 2.2): a scale gathers the
 * gradients of all its weights, and this brings its steps to the size of theirs.
 *
 * Put it around the scale that a fake quantization is given. Neither LR-QAT nor L4Q ask for it.
 */
export function lsqGradient<T extends tf.Tensor>(s: T, { count, qp }: LsqGradientOptions): T {
  return tf.customGrad((...args) => {
    const [input, save] = args as unknown as [T, tf.GradSaveFunc];
    // Saved, as a largest code that is a tensor of the forward pass ends with it.
    save([tf.rsqrt(tf.mul(count, qp))]);
    return {
      value: tf.clone(input),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0] as tf.Tensor),
    };
  })(s) as T;
}
