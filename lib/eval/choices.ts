import { tf } from "../engine/tf.ts";
import { tokenLosses } from "../model/token_losses.ts";

/** Answers to choose from, padded to one length: Q questions, K choices, T tokens. */
export interface Choices {
  /** The row of logits that predicts each token, `[Q, K, T, V]`. */
  readonly logits: tf.Tensor4D;
  /** The tokens of the choices, `[Q, K, T]`, int32. */
  readonly tokens: tf.Tensor3D;
  /** How many of them count, `[Q, K]`, int32; the others are padding. */
  readonly lengths: tf.Tensor2D;
}

/** The log-likelihood of each choice: the sum over its tokens, nats, `[Q, K]`. */
export function logLikelihoods({ logits, tokens, lengths }: Choices): tf.Tensor2D {
  const [Q, K, T, V] = logits.shape;
  const rows = tf.reshape(logits, [Q * K * T, V]) as tf.Tensor2D;
  const losses = tokenLosses(rows, tf.reshape(tokens, [Q * K * T]) as tf.Tensor1D);
  const counts = tf.less(tf.range(0, T, 1, "int32"), tf.expandDims(lengths, 2));
  return tf.neg(tf.sum(tf.mul(tf.reshape(losses, [Q, K, T]), tf.cast(counts, "float32")), 2));
}

/**
 * The likeliest choice of each question, `[Q]`, int32.
 *
 * @param likelihoodsQK The log-likelihoods, `[Q, K]`.
 * @param bytesQK What to divide them by: the choices' lengths in UTF-8 bytes, for `acc_norm`.
 */
export function likeliestChoices(likelihoodsQK: tf.Tensor2D, bytesQK?: tf.Tensor2D): tf.Tensor1D {
  const scores = bytesQK ? tf.div(likelihoodsQK, tf.cast(bytesQK, "float32")) : likelihoodsQK;
  return tf.argMax(scores, 1);
}
