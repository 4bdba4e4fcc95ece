import type { tf } from "../../tf.ts";
import { inputOf, type Kernel } from "../../kernels/register.ts";
import { bitwiseKernel } from "./bitwise.ts";
import type { WebgpuCall } from "./element_program.ts";

/**
 * A kernel of sums or products: TF.js's own takes integers through floats, which lose what is beyond
 * 24 bits; here they wrap, as on the other backends.
 *
 * @param op WGSL of `a` and `b`.
 * @param original TF.js's kernel, for all but two integers.
 */
export function integerArithmetic(
  op: string,
  original: tf.KernelFunc,
): Kernel<WebgpuCall["backend"]> {
  const integers = bitwiseKernel(op);
  return (call) => {
    const inputs = { a: inputOf(call, "a"), b: inputOf(call, "b") };
    if (inputs.a.dtype === "int32" && inputs.b.dtype === "int32") return integers(call);
    const { backend, attrs } = call;
    return original({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
  };
}
