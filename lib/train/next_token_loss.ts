import { tf } from "../engine/tf.ts";
import type { ForwardPass } from "../model/forward_pass.ts";
import { hiddenStates } from "../model/llama.ts";
import { parameterNamed } from "../model/parameters.ts";
import { crossEntropy } from "./cross_entropy.ts";

/**
 * The weighted sum of the losses of all tokens that have one before them.
 *
 * @param tokensBT The tokens, `[B, T]`, int32.
 * @param weightsBN The weight of each predicted token in the sum, `[B, T-1]`; `1 / (B (T-1))` for the mean.
 */
export function nextTokenLoss(
  tokensBT: tf.Tensor2D,
  weightsBN: tf.Tensor2D,
  pass: ForwardPass,
): tf.Scalar {
  const [B, T] = tokensBT.shape;
  const D = pass.config.hiddenSize;
  const hiddenBTD = hiddenStates(tokensBT, pass);
  const rows = tf.reshape(tf.slice(hiddenBTD, [0, 0, 0], [B, T - 1, D]), [-1, D]) as tf.Tensor2D;
  const head = pass.config.tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
  return crossEntropy(rows, parameterNamed(pass.parameters, head) as tf.Tensor2D, {
    targetsN: tf.reshape(tf.slice(tokensBT, [0, 1], [B, T - 1]), [-1]),
    weightsN: tf.reshape(weightsBN, [-1]),
  });
}
