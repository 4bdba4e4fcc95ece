import { tf } from "../../../lib/engine/tf.ts";
import { tensorOf, type Tensors } from "../implementation.ts";

/** A layer's outputs as `out.y`, and the gradients of `sum(y * gy)` as `grad.*`. */
export function layerGradients(
  layer: (inputs: Tensors) => tf.Tensor,
  inputs: Tensors,
  gradients: readonly string[],
): Tensors {
  const named = (tensors: readonly tf.Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [gradients[i] ?? "", tensor]));
  const { value, grads } = tf.valueAndGrads((...learned: tf.Tensor[]) =>
    layer({ ...inputs, ...named(learned) })
  )(gradients.map((name) => tensorOf(inputs, name)), tensorOf(inputs, "gy"));
  const results = grads.map((gradient, i) => [`grad.${gradients[i]}`, gradient] as const);
  return { "out.y": value, ...Object.fromEntries(results) };
}
