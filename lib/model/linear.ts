import { cast } from "../engine/ops/cast.ts";
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

/** A type in which matrices are multiplied; what goes in and comes out is float32. */
export type ComputeType = "float32" | "bfloat16";

/** Options for {@linkcode plainLinear}. */
export interface PlainLinearOptions {
  /** The type in which the layers multiply. Default: `float32`. */
  readonly compute?: ComputeType;
}

/** The layers as they stand in a checkpoint: `name.weight` `[O, I]`, and `name.bias` `[O]` if there. */
export function plainLinear(
  parameters: Parameters,
  { compute = "float32" }: PlainLinearOptions = {},
): Linear {
  return (name, xNI) => {
    const wOI = parameterNamed(parameters, `${name}.weight`) as tf.Tensor2D;
    const yNO = product(xNI, wOI, compute);
    const biasO = parameters.get(`${name}.bias`);
    return biasO ? tf.add(yNO, biasO as tf.Tensor1D) : yNO;
  };
}

function product(xNI: tf.Tensor2D, wOI: tf.Tensor2D, compute: ComputeType): tf.Tensor2D {
  if (compute === "float32") return tf.matMul(xNI, wOI, false, true);
  const yNO = tf.matMul<tf.Tensor2D>(cast(xNI, compute), cast(wOI, compute), false, true);
  return cast(yNO, "float32") as tf.Tensor2D;
}
