import { optimizationBarrier } from "../engine/ops/barrier.ts";
import { tf } from "../engine/tf.ts";

/**
 * `x / divisor`, rounded once, in compiled functions too; no gradient.
 *
 * XLA multiplies by the reciprocal of a divisor that it knows, such as a number or a small frozen
 * scale, which moves values across rounding ties; behind the barrier it knows none.
 */
export function quotient<T extends tf.Tensor>(x: T, divisor: tf.Tensor | number): T {
  const tensor = typeof divisor === "number" ? tf.scalar(divisor) : divisor;
  const [behind = tensor] = optimizationBarrier([tensor]);
  return tf.div(x, behind);
}
