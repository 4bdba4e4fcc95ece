import { checkpoint } from "../engine/checkpoint.ts";
import { tf } from "../engine/tf.ts";
import { block } from "./block.ts";
import { castLike, inType } from "./compute_type.ts";
import type { ForwardPass } from "./forward_pass.ts";
import { parameterNamed, type Parameters } from "./parameters.ts";
import { rmsNorm } from "./rms_norm.ts";

/**
 * Runs a LLaMA-family model up to its last norm.
 *
 * @param idsBT The tokens, `[B, T]`, int32, each below the vocabulary's size; `T` is the length that
 * the pass's positions were made for.
 * @param pass What the pass works with.
 * @returns What the output head reads, `[B, T, D]`, in the pass's type.
 * @throws {RangeError} If the length is another one.
 */
export function hiddenStates(idsBT: tf.Tensor2D, pass: ForwardPass): tf.Tensor3D {
  const { config, parameters, positions } = pass;
  const [B, T] = idsBT.shape;
  const expected = positions.cosTP.shape[0];
  if (T !== expected) {
    throw new RangeError(`The positions are made for ${expected} tokens: current value is ${T}`);
  }
  const embeddingVD = parameterNamed(parameters, "model.embed_tokens.weight") as tf.Tensor2D;
  const rowsND = tf.gather(embeddingVD, tf.reshape(idsBT, [B * T])) as tf.Tensor2D;
  const embeddedND = inType(rowsND, pass.compute ?? "float32");
  let xND = pass.dropout?.(embeddedND, "model.embed_tokens") ?? embeddedND;
  for (let layer = 0; layer < config.layers; layer++) {
    const before = xND;
    const run = (x: tf.Tensor2D) => block(x, layer, pass);
    // Where ops run one by one, a block's inner values go with it; a gradient keeps what it needs.
    xND = tf.tidy(() => pass.recomputeBlocks ? checkpoint(run)(before) : run(before));
  }
  const weightD = parameterNamed(parameters, "model.norm.weight");
  const normed = rmsNorm(xND, { weightD, eps: config.rmsNormEps });
  return tf.reshape(normed, [B, T, config.hiddenSize]);
}

/**
 * The output head: scores of all tokens of the vocabulary.
 *
 * @param hidden Rows of {@linkcode hiddenStates}, `[..., D]`.
 * @returns The logits, `[..., V]`, float32.
 */
export function logitsOf(hidden: tf.Tensor, pass: ForwardPass): tf.Tensor {
  const { config, parameters } = pass;
  const outer = hidden.shape.slice(0, -1);
  const rows = tf.reshape(hidden, [-1, config.hiddenSize]) as tf.Tensor2D;
  const logits = config.tieWordEmbeddings
    ? tf.matMul(rows, tiedHead(parameters, rows), false, true)
    : pass.linear("lm_head", rows);
  return tf.reshape(inType(logits, "float32"), [...outer, config.vocabSize]);
}

function tiedHead(parameters: Parameters, rows: tf.Tensor2D): tf.Tensor2D {
  return castLike(parameterNamed(parameters, "model.embed_tokens.weight") as tf.Tensor2D, rows);
}

/** Tokens `[B, T]` to logits `[B, T, V]`; the row of a token predicts the one after it. */
export function llama(idsBT: tf.Tensor2D, pass: ForwardPass): tf.Tensor3D {
  return logitsOf(hiddenStates(idsBT, pass), pass) as tf.Tensor3D;
}
