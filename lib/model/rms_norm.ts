import { checkpoint } from "../engine/checkpoint.ts";
import { dtypeOf } from "../engine/ops/cast.ts";
import { tf } from "../engine/tf.ts";
import { castLike, inType } from "./compute_type.ts";

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
 * Rows of 16 bits are float32 inside; for the backward pass only they themselves are kept.
 *
 * @param x The rows, `[..., D]`.
 */
export function rmsNorm<T extends tf.Tensor>(x: T, { weightD, eps }: RmsNormOptions): T {
  if (dtypeOf(x) === "float32") return normalized(x, weightD, eps);
  const inner = (rows: T) =>
    castLike(normalized(inType(rows, "float32"), inType(weightD, "float32"), eps), rows);
  return checkpoint(inner)(x);
}

function normalized<T extends tf.Tensor>(x: T, weightD: tf.Tensor, eps: number): T {
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps));
  return tf.mul(tf.mul(x, scale), weightD);
}
