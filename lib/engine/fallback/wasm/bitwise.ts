import { sizeOf } from "../../dtype.ts";
import type { tf } from "../../tf.ts";
import { broadcastShape, broadcastStrides } from "../broadcast.ts";
import { inputOf } from "../../kernels/register.ts";
import type { WasmCall } from "./wasm_call.ts";

/** A kernel that combines two integer tensors element by element, with broadcasting. */
export function bitwiseKernel(
  op: (a: number, b: number) => number,
): (call: WasmCall) => tf.TensorInfo {
  return (call) => {
    const [a, b] = [inputOf(call, "a"), inputOf(call, "b")];
    const shape = broadcastShape(a.shape, b.shape);
    // Made first: it may move the heap that the views look at.
    const output = call.backend.makeOutput(shape, "int32");
    const [left, right, result] = [a, b, output].map((t) => call.backend.typedArrayFromHeap(t));
    const places = [a, b].map((t) => placesOf(t.shape, shape));
    for (let i = 0; i < result!.length; i++) {
      result![i] = op(left![places[0]!(i)]!, right![places[1]!(i)]!);
    }
    return output;
  };
}

/** Finds the element of a tensor that stands at a place of the shape that it broadcasts to. */
function placesOf(shape: readonly number[], target: readonly number[]): (place: number) => number {
  if (sizeOf(shape) === sizeOf(target)) return (place) => place;
  if (sizeOf(shape) === 1) return () => 0;
  const strides = broadcastStrides(shape, target);
  return (place) => {
    let at = 0;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      const length = target[axis]!;
      at += (place % length) * strides[axis]!;
      place = Math.floor(place / length);
    }
    return at;
  };
}
