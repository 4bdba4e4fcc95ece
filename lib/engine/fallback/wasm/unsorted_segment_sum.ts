import { sizeOf } from "../../dtype.ts";
import type { tf } from "../../tf.ts";
import { inputOf } from "../../kernels/register.ts";
import type { WasmCall } from "./wasm_call.ts";

/**
 * The kernel `UnsortedSegmentSum`: adds the slices of `x` whose number in `segmentIds` is equal. It
 * is the gradient of `gather`, so of every embedding. Slices with a negative number are left out.
 */
export function unsortedSegmentSum(call: WasmCall): tf.TensorInfo {
  const [x, segmentIds] = [inputOf(call, "x"), inputOf(call, "segmentIds")];
  const { numSegments } = call.attrs as { numSegments: number };
  const inner = x.shape.slice(segmentIds.shape.length);
  const width = sizeOf(inner);
  const output = call.backend.makeOutput([numSegments, ...inner], x.dtype);
  const from = call.backend.typedArrayFromHeap(x);
  const ids = call.backend.typedArrayFromHeap(segmentIds);
  const sums = call.backend.typedArrayFromHeap(output);
  sums.fill(0);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!;
    if (id < 0) continue;
    if (id >= numSegments) {
      throw new RangeError(`Segment ${id} is out of range: there are ${numSegments}`);
    }
    for (let i = 0; i < width; i++) sums[id * width + i]! += from[row * width + i]!;
  }
  return output;
}
