import { tf } from "../engine/tf.ts";

/**
 * How far predictions lie from those of a reference, the Kullback-Leibler divergence of each row:
 * `Σ_v p_v (log p_v - log q_v)`, nats, with `p` the reference's probabilities.
 *
 * @param logitsNV The rows of the model, `[N, V]`.
 * @param referenceNV The rows of the reference, `[N, V]`.
 * @returns The divergences, `[N]`; of equal rows 0.
 */
export function tokenDivergences(logitsNV: tf.Tensor2D, referenceNV: tf.Tensor2D): tf.Tensor1D {
  const logP = logProbabilities(referenceNV);
  return tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logProbabilities(logitsNV))), 1);
}

/** 1 where both take the same token for the likeliest, else 0, `[N]`. */
export function sameTops(logitsNV: tf.Tensor2D, referenceNV: tf.Tensor2D): tf.Tensor1D {
  const [own, other] = [tf.argMax(logitsNV, 1), tf.argMax(referenceNV, 1)];
  return tf.cast(tf.equal(own, other), "float32") as tf.Tensor1D;
}

function logProbabilities(logitsNV: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(logitsNV, tf.logSumExp(logitsNV, 1, true));
}
