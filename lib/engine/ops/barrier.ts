import { tf } from "../tf.ts";
import { KERNEL } from "./kernel_names.ts";

/**
 * The same tensors, behind a line that a compiler does not look across: what is computed after it
 * is not merged with equal computations before it.
 *
 * Has no gradient; it stands in backward passes.
 */
export function optimizationBarrier(tensors: readonly tf.Tensor[]): tf.Tensor[] {
  const inputs = Object.fromEntries(tensors.map((tensor, i) => [i, tensor]));
  return tf.engine().runKernel<tf.Tensor[]>(KERNEL.barrier, inputs);
}
