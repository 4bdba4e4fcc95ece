import { tf } from "../engine/tf.ts";

/**
 * The negative log-likelihood of each target: `log Σ exp(logits) - logits[target]`, in nats.
 *
 * @param logitsNV One row of logits for each target, `[N, V]`.
 * @param targetsN The tokens that came, `[N]`, int32.
 * @returns The losses, `[N]`.
 */
export function tokenLosses(logitsNV: tf.Tensor2D, targetsN: tf.Tensor1D): tf.Tensor1D {
  return tf.sub(tf.logSumExp(logitsNV, 1), targetLogits(logitsNV, targetsN));
}

/** The logit of each target, `[N]`. */
export function targetLogits(logitsNV: tf.Tensor2D, targetsN: tf.Tensor1D): tf.Tensor1D {
  const [N] = logitsNV.shape;
  return tf.gatherND(logitsNV, tf.stack([tf.range(0, N, 1, "int32"), targetsN], 1)) as tf.Tensor1D;
}
