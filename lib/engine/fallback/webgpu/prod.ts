import { tf } from "../../tf.ts";
import { inputOf, type Kernel } from "../../kernels/register.ts";

/** The kernel `Prod`: TF.js's own forgets `keepDims` for small tensors, which it reduces on the CPU. */
export function prodKernel(original: tf.KernelFunc): Kernel<tf.KernelBackend> {
  return (call) => {
    const x = inputOf(call, "x");
    const { axis, keepDims } = call.attrs as { axis: number | number[]; keepDims: boolean };
    const axes = new Set(tf.util.parseAxisParam(axis, x.shape));
    const { dataId, dtype } = original({
      inputs: { x },
      attrs: { axis, keepDims },
      backend: call.backend,
    }) as tf.TensorInfo;
    const shape = keepDims
      ? x.shape.map((length, i) => axes.has(i) ? 1 : length)
      : x.shape.filter((_, i) => !axes.has(i));
    return { dataId, dtype, shape };
  };
}
