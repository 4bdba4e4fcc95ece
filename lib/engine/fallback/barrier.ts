import type { tf } from "../tf.ts";
import type { KernelCall } from "../kernels/register.ts";

/** The kernel of the optimization barrier: without a compiler, the same data under new names. */
export function barrier({ inputs, backend }: KernelCall<tf.KernelBackend>): tf.TensorInfo[] {
  return Object.values(inputs).map(({ dataId, shape, dtype }) => {
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  });
}
