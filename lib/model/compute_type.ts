import { cast, dtypeOf } from "../engine/ops/cast.ts";
import { tf } from "../engine/tf.ts";

/** The types in which a model can compute. */
export const COMPUTE_TYPES = ["float32", "bfloat16"] as const;

/**
 * The type of a forward pass's activations and products. Norms, softmax and losses are float32 inside
 * in either case, and so is all that is trained.
 */
export type ComputeType = typeof COMPUTE_TYPES[number];

/** A tensor in a type; the same tensor where it has it. Differentiable. */
export function inType<T extends tf.Tensor>(x: T, dtype: ComputeType): T {
  return dtypeOf(x) === dtype ? x : cast(x, dtype) as T;
}

/** A tensor in the type of another one. */
export function castLike<T extends tf.Tensor>(x: T, like: tf.Tensor): T {
  const dtype = dtypeOf(like);
  return dtypeOf(x) === dtype ? x : cast(x, dtype) as T;
}
