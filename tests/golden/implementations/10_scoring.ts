import { tf } from "../../../lib/engine/tf.ts";
import { likeliestChoices, logLikelihoods } from "../../../lib/eval/choices.ts";
import { tokenLosses } from "../../../lib/model/token_losses.ts";
import { numberOf } from "../attributes.ts";
import { forward, tensorOf, type Tensors } from "../implementation.ts";

/** `10-perplexity`: the mean loss of each block of a stream, and `exp` of their mean. */
export const perplexityCase = forward((inputs, attributes) => {
  const block = numberOf(attributes, "block");
  const logits = tensorOf(inputs, "logits") as tf.Tensor3D;
  const [blocks, , V] = logits.shape;
  const stream = tf.slice(tensorOf(inputs, "tokens"), 0, blocks * block);
  const tokens = tf.reshape(stream, [blocks, block]) as tf.Tensor2D;
  const rows = tf.reshape(tf.slice(logits, 0, [blocks, block - 1, V]), [-1, V]) as tf.Tensor2D;
  const targets = tf.reshape(tf.slice(tokens, [0, 1], [blocks, block - 1]), [-1]) as tf.Tensor1D;
  const losses = tf.mean(tf.reshape(tokenLosses(rows, targets), [blocks, block - 1]), 1);
  return { block_losses: losses, ppl: tf.exp(tf.mean(losses)) };
});

/** `10-multiple-choice`: log-likelihoods of the choices, and accuracy with and without their length. */
export const multipleChoiceCase = forward((inputs): Tensors => {
  const loglikelihood = logLikelihoods({
    logits: tensorOf(inputs, "logits") as tf.Tensor4D,
    tokens: tensorOf(inputs, "tokens") as tf.Tensor3D,
    lengths: tensorOf(inputs, "lengths") as tf.Tensor2D,
  });
  const gold = tensorOf(inputs, "gold") as tf.Tensor1D;
  const prediction = likeliestChoices(loglikelihood);
  const bytes = tensorOf(inputs, "byte_lengths") as tf.Tensor2D;
  const predictionNorm = likeliestChoices(loglikelihood, bytes);
  return {
    loglikelihood,
    prediction,
    prediction_norm: predictionNorm,
    acc: shareOfRight(prediction, gold),
    acc_norm: shareOfRight(predictionNorm, gold),
  };
});

function shareOfRight(predictedQ: tf.Tensor1D, goldQ: tf.Tensor1D): tf.Scalar {
  return tf.mean(tf.cast(tf.equal(predictedQ, goldQ), "float32"));
}
