import { tf } from "../engine/tf.ts";
import { parameterNamed, type Parameters } from "./parameters.ts";

/**
 * The one door to a model's linear layers: `y = x Wᵀ + b`, or what a method puts in its place.
 *
 * @param name The layer's name, such as `model.layers.0.self_attn.q_proj` or `lm_head`.
 * @param xNI The inputs, `[N, I]`: the tokens of all sequences in a row.
 * @returns The outputs, `[N, O]`.
 */
export type Linear = (name: string, xNI: tf.Tensor2D) => tf.Tensor2D;

/** The layers as they stand in a checkpoint: `name.weight` `[O, I]`, and `name.bias` `[O]` if there. */
export function plainLinear(parameters: Parameters): Linear {
  return (name, xNI) => {
    const wOI = parameterNamed(parameters, `${name}.weight`) as tf.Tensor2D;
    const yNO: tf.Tensor2D = tf.matMul(xNI, wOI, false, true);
    const biasO = parameters.get(`${name}.bias`);
    return biasO ? tf.add(yNO, biasO as tf.Tensor1D) : yNO;
  };
}
