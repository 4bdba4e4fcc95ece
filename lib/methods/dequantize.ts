import { tf } from "../engine/tf.ts";
import {
  addGroups,
  besideGroups,
  joinGroups,
  multiplyGroups,
  splitLike,
} from "../quant/granularity.ts";

/** Codes and what turns them into weights. */
export interface Dequantization {
  /** The codes `[O, I]`, as floats. */
  readonly codesOI: tf.Tensor2D;
  /** The scales as the forward pass sees them, `[O, G]`. */
  readonly scale: tf.Tensor;
  /** What the codes count from, integers, `[O, G]` or `[1]`; none means 0. */
  readonly zero?: tf.Tensor | undefined;
  /** A real offset, `[O, G]`; none means 0. */
  readonly offset?: tf.Tensor | undefined;
}

/**
 * `Ŵ = s (code - zero) + offset`: the one place where codes become weights.
 *
 * Training and merged models both pass through it, so that their weights agree bit for bit.
 */
export function dequantize({ codesOI, scale, zero, offset }: Dequantization): tf.Tensor2D {
  const scaled = multiplyGroups(stepsOf(codesOI, zero), scale);
  return offset ? addGroups(scaled, offset) : scaled;
}

/** `code - zero`: how many scales a weight is. */
export function stepsOf(codesOI: tf.Tensor2D, zero: tf.Tensor | undefined): tf.Tensor2D {
  if (!zero) return codesOI;
  if (zero.size === 1) return tf.sub(codesOI, tf.reshape(zero, []));
  return joinGroups(tf.sub(splitLike(codesOI, zero.shape), besideGroups(zero)), codesOI.shape);
}
