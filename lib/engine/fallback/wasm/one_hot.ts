import type { tf } from "../../tf.ts";
import { inputOf } from "../../kernels/register.ts";
import type { WasmCall } from "./wasm_call.ts";

/** The kernel `OneHot`. TF.js's own writes the bits of integers into float tensors. */
export function oneHot(call: WasmCall): tf.TensorInfo {
  const indices = inputOf(call, "indices");
  const { depth, onValue, offValue, dtype } = call.attrs as {
    depth: number;
    onValue: number;
    offValue: number;
    dtype: tf.DataType;
  };
  const output = call.backend.makeOutput([...indices.shape, depth], dtype);
  const places = call.backend.typedArrayFromHeap(indices);
  const rows = call.backend.typedArrayFromHeap(output);
  rows.fill(offValue);
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!;
    // An index without a place in the row leaves it off.
    if (place >= 0 && place < depth) rows[row * depth + place] = onValue;
  }
  return output;
}
