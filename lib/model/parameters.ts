import type { tf } from "../engine/tf.ts";

/** Tensors under the names that Hugging Face gives them, such as `model.norm.weight`. */
export type Parameters = ReadonlyMap<string, tf.Tensor>;

/** @throws {RangeError} If there is no tensor of this name. */
export function parameterNamed(parameters: Parameters, name: string): tf.Tensor {
  const found = parameters.get(name);
  if (found) return found;
  throw new RangeError(`The model has no parameter '${name}': it has ${parameters.size} others`);
}
