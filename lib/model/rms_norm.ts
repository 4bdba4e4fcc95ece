import { tf } from "../engine/tf.ts";

/** The parts of {@linkcode rmsNorm}. */
export interface RmsNormOptions {
  /** The gain of each value, `[D]`. */
  weightD: tf.Tensor;
  /** What is added to the mean square. */
  eps: number;
}

/**
 * Scales each row to a mean square of one: `y = x / sqrt(mean(x²) + eps) · weight`.
 *
 * Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
 *
 * @param x The rows, `[..., D]`.
 */
export function rmsNorm<T extends tf.Tensor>(x: T, { weightD, eps }: RmsNormOptions): T {
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps));
  return tf.mul(tf.mul(x, scale), weightD);
}
