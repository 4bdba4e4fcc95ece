import { byteLength } from "../engine/dtype.ts";
import { dtypeOf } from "../engine/ops/cast.ts";
import type { tf } from "../engine/tf.ts";

/** Bytes that the backend in use really holds for a tensor's elements. */
export function heldBytes(tensor: tf.Tensor): number {
  return byteLength(tensor.shape, dtypeOf(tensor));
}
