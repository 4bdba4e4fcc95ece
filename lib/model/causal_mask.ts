import { tf } from "../engine/tf.ts";

/** Added to a score that must not count; `exp` of it is zero in float32. */
const HIDDEN = -1e9;

/** The sizes of {@linkcode causalMask}. */
export interface CausalMaskOptions {
  /** S, the number of keys: positions 0 to S - 1. */
  keys: number;
  /** How many positions each query sees, its own included; by default all up to it. */
  window?: number | undefined;
}

/**
 * Makes what is added to attention scores: 0 where a query may see a key, a large negative number
 * elsewhere.
 *
 * @param positionsT The positions of the queries, `[T]`, int32.
 * @returns The mask, `[T, S]`.
 */
export function causalMask(
  positionsT: tf.Tensor1D,
  { keys, window }: CausalMaskOptions,
): tf.Tensor2D {
  const queriesT1 = tf.expandDims(positionsT, 1);
  const keysS = tf.range(0, keys, 1, "int32");
  const ahead = tf.greater(keysS, queriesT1);
  const hidden = window === undefined
    ? ahead
    : tf.logicalOr(ahead, tf.lessEqual(keysS, tf.sub(queriesT1, window)));
  return tf.mul(tf.cast(hidden, "float32"), HIDDEN);
}
