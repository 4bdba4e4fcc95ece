import { tf } from "./tf.ts";

/** A tensor, or an array or a record of tensors. */
export type TensorTree =
  | tf.Tensor
  | tf.Tensor[]
  | { [name: string]: tf.Tensor };

/** How the tensors of a {@linkcode TensorTree} are put together. */
export type TreeShape = "tensor" | "array" | readonly string[];

/** The tensors of a tree in order, and how to put them together again. */
export function flattenTree(tree: TensorTree): { tensors: tf.Tensor[]; shape: TreeShape } {
  if (tree instanceof tf.Tensor) return { tensors: [tree], shape: "tensor" };
  const tensors: unknown[] = Object.values(tree);
  if (!tensors.every((tensor) => tensor instanceof tf.Tensor)) {
    throw new TypeError(
      "A compiled function must return a tensor, or an array or record of tensors",
    );
  }
  return { tensors, shape: Array.isArray(tree) ? "array" : Object.keys(tree) };
}

/** The inverse of {@linkcode flattenTree}. */
export function restoreTree(shape: TreeShape, tensors: readonly tf.Tensor[]): TensorTree {
  if (shape === "array") return [...tensors];
  if (shape !== "tensor") {
    return Object.fromEntries(shape.map((name, i) => [name, at(tensors, i)]));
  }
  return at(tensors, 0);
}

function at(tensors: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = tensors[index];
  if (!tensor) throw new RangeError(`A compiled function gave no result ${index}`);
  return tensor;
}
