import { tf } from "../engine/tf.ts";

/** The smallest scale that a forward pass uses where no format asks for a larger one. */
export const SCALE_FLOOR = 1e-8;

/**
 * `max(s, floor)`, straight through: `ds = dy`, also where the floor holds.
 *
 * With the true gradient, which is 0 there, a scale that training drove to zero or below would
 * never come back.
 */
export function positiveScale<T extends tf.Tensor>(s: T, floor: number = SCALE_FLOOR): T {
  return tf.customGrad((...args) => {
    const [input] = args as unknown as [T];
    return { value: tf.maximum(input, floor), gradFunc: (dy: tf.Tensor) => tf.clone(dy) };
  })(s) as T;
}

/** How many scales lie below the floor, as an int32 scalar. */
export function countClampedScales(s: tf.Tensor, floor: number = SCALE_FLOOR): tf.Scalar {
  return tf.sum(tf.cast(tf.less(s, floor), "int32"));
}
