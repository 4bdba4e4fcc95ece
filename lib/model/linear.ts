import { tf } from "../engine/tf.ts";
import { castLike } from "./compute_type.ts";
import { parameterNamed, type Parameters } from "./parameters.ts";

/**
 * The one door to a model's linear layers: `y = x Wᵀ + b`, or what a method puts in its place.
 *
 * @param name The layer's name, such as `model.layers.0.self_attn.q_proj` or `lm_head`.
 * @param xNI The inputs, `[N, I]`: the tokens of all sequences in a row.
 * @returns The outputs, `[N, O]`.
 */
export type Linear = (name: string, xNI: tf.Tensor2D) => tf.Tensor2D;

/**
 * The layers as they stand in a checkpoint: `name.weight` `[O, I]`, and `name.bias` `[O]` if there, in
 * the type of the inputs.
 */
export function plainLinear(parameters: Parameters): Linear {
  return (name, xNI) => {
    const wOI = parameterNamed(parameters, `${name}.weight`) as tf.Tensor2D;
    return addBias(tf.matMul(xNI, castLike(wOI, xNI), false, true), name, parameters);
  };
}

/** Adds a layer's bias to its outputs, where it has one. */
export function addBias(yNO: tf.Tensor2D, name: string, parameters: Parameters): tf.Tensor2D {
  const biasO = parameters.get(`${name}.bias`);
  return biasO ? tf.add(yNO, castLike(biasO, yNO)) : yNO;
}
