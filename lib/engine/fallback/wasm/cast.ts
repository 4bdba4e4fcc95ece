import type { DType } from "../../dtype.ts";
import type { tf } from "../../tf.ts";
import { numberConverter } from "../convert_number.ts";
import { castTarget } from "../number_format.ts";
import { inputOf } from "../../kernels/register.ts";
import type { WasmCall } from "./wasm_call.ts";

/** The kernel `CastTo`: values of `attrs.dtype` in the type that TF.js has for it. */
export function castTo(call: WasmCall): tf.TensorInfo {
  const x = inputOf(call, "x");
  const { format, face } = castTarget((call.attrs as { dtype: DType }).dtype);
  const output = call.backend.makeOutput(x.shape, face);
  const from = call.backend.typedArrayFromHeap(x);
  const to = call.backend.typedArrayFromHeap(output);
  const convert = numberConverter(format);
  for (let i = 0; i < to.length; i++) to[i] = convert(from[i]!);
  return output;
}
