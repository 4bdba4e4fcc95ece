import { tf } from "../../../lib/engine/tf.ts";
import type { LlamaConfig } from "../../../lib/model/config.ts";
import type { ForwardPass } from "../../../lib/model/forward_pass.ts";
import { plainLinear } from "../../../lib/model/linear.ts";
import { llama } from "../../../lib/model/llama.ts";
import { makePositions } from "../../../lib/model/positions.ts";
import { tokenLosses } from "../../../lib/model/token_losses.ts";
import type { Attributes } from "../manifest.ts";
import { numberOf } from "../attributes.ts";
import { callCompiled, type CaseRun, tensorOf, type Tensors } from "../implementation.ts";

/** `09-llama`: logits, mean next-token loss, and its gradient with respect to every weight. */
export function llamaCase(run: CaseRun): Tensors {
  const config = configOf(run.attributes);
  const positions = makePositions(config, tensorOf(run.inputs, "tokens").shape[1] ?? 0);
  return callCompiled(run, (inputs) => {
    const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) =>
      lossOf({ ...inputs, ...named(run.gradients, weights) }, { config, positions }).loss
    )(run.gradients.map((name) => tensorOf(inputs, name)));
    return {
      "out.loss": value,
      "out.logits": lossOf(inputs, { config, positions }).logits,
      ...named(run.gradients.map((name) => `grad.${name}`), grads),
    };
  });
}

/** Logits and mean loss of a case's tokens; the linear layers are the case's unless given. */
export function lossOf(
  inputs: Tensors,
  { config, positions, linear }:
    & Pick<ForwardPass, "config" | "positions">
    & Partial<Pick<ForwardPass, "linear">>,
): { logits: tf.Tensor3D; loss: tf.Tensor } {
  const parameters = new Map(Object.entries(inputs));
  const tokens = tensorOf(inputs, "tokens") as tf.Tensor2D;
  const pass = { config, parameters, linear: linear ?? plainLinear(parameters), positions };
  const logits = llama(tokens, pass);
  const [B, T, V] = logits.shape;
  const rows = tf.reshape(tf.slice(logits, [0, 0, 0], [B, T - 1, V]), [-1, V]) as tf.Tensor2D;
  const targets = tf.reshape(tf.slice(tokens, [0, 1], [B, T - 1]), [-1]) as tf.Tensor1D;
  return { logits, loss: tf.mean(tokenLosses(rows, targets)) };
}

/** The model's sizes in a case's settings. */
export function configOf(attributes: Attributes): LlamaConfig {
  const number = (name: string) => numberOf(attributes, name);
  return {
    vocabSize: number("vocab"),
    hiddenSize: number("dim"),
    intermediateSize: number("ff"),
    layers: number("layers"),
    heads: number("heads"),
    keyValueHeads: number("kv"),
    headDim: number("dim") / number("heads"),
    rmsNormEps: number("eps"),
    ropeTheta: number("theta"),
    maxPositions: 1024,
    tieWordEmbeddings: false,
    attentionBias: false,
    mlpBias: false,
    eosIds: [],
  };
}

function named(names: readonly string[], tensors: readonly tf.Tensor[]): Tensors {
  return Object.fromEntries(tensors.map((tensor, index) => [names[index], tensor]));
}
