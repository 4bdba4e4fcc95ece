import type { tf } from "../engine/tf.ts";
import { addBias, type Linear, plainLinear } from "../model/linear.ts";
import type { Parameters } from "../model/parameters.ts";

/** A door to linear layers, some of which are replaced; biases stay. */
export function methodLinear(
  parameters: Parameters,
  replaced: (layer: string) => ((xNI: tf.Tensor2D) => tf.Tensor2D) | undefined,
): Linear {
  const plain = plainLinear(parameters);
  return (name, xNI) => {
    const apply = replaced(name);
    return apply ? addBias(apply(xNI), name, parameters) : plain(name, xNI);
  };
}
