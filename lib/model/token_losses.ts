import { tf } from "../engine/tf.ts";

/**
 * The negative log-likelihood of each target: `log Σ exp(logits) - logits[target]`, in nats.
 *
 * @param logitsNV One row of logits for each target, `[N, V]`.
 * @param targetsN The tokens that came, `[N]`, int32.
 * @returns The losses, `[N]`.
 */
export function tokenLosses(logitsNV: tf.Tensor2D, targetsN: tf.Tensor1D): tf.Tensor1D {
  const picked = tf.sum(tf.mul(logitsNV, tf.oneHot(targetsN, logitsNV.shape[1])), 1);
  return tf.sub(tf.logSumExp(logitsNV, 1), picked);
}
