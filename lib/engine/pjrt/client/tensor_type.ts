import type { DType } from "../../dtype.ts";

/** The element type and shape of a tensor. */
export interface TensorType {
  /** The element type. */
  readonly dtype: DType;
  /** The shape. */
  readonly shape: readonly number[];
}

/** A tensor type in words, for example `float32 [2, 3]`. */
export function typeText({ dtype, shape }: TensorType): string {
  return `${dtype} [${shape.join(", ")}]`;
}

/** Whether two tensor types are the same. */
export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && a.shape.length === b.shape.length &&
    a.shape.every((length, i) => length === b.shape[i]);
}
