import { tf } from "../../tf.ts";
import { inputOf } from "../../kernels/register.ts";
import type { WasmCall } from "./wasm_call.ts";

/** The kernel `ClipByValue`: TF.js's own takes the bits of integers for those of floats. */
export function clipKernel(original: tf.KernelFunc): (call: WasmCall) => tf.TensorInfo {
  return (call) => {
    const x = inputOf(call, "x");
    if (x.dtype === "float32") {
      const attrs = call.attrs as unknown as tf.NamedAttrMap;
      return original({ inputs: { x }, attrs, backend: call.backend }) as tf.TensorInfo;
    }
    const { clipValueMin, clipValueMax } = call.attrs as {
      clipValueMin: number;
      clipValueMax: number;
    };
    const bound = (value: number) => tf.scalar(value, x.dtype);
    return tf.tidy(() =>
      tf.maximum(tf.minimum(x as tf.Tensor, bound(clipValueMax)), bound(clipValueMin))
    );
  };
}
