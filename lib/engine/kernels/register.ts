import { tf } from "../tf.ts";

/** What a kernel is called with. */
export interface KernelCall<Backend> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: Backend;
}

/** A kernel of one backend. */
export type Kernel<Backend> = (call: KernelCall<Backend>) => tf.TensorInfo | tf.TensorInfo[];

/**
 * Registers kernels for a backend, in place of TF.js's where it has one of the name: then it does
 * less than the engine's, or works on shapes that are equal only.
 */
export function registerKernels<Backend>(
  backendName: string,
  kernels: Readonly<Record<string, Kernel<Backend>>>,
): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
    const kernelFunc = kernel as unknown as tf.KernelFunc;
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}

/** @throws {TypeError} If the kernel was called without this input. */
export function inputOf<Backend>({ inputs }: KernelCall<Backend>, name: string): tf.TensorInfo {
  const input = inputs[name];
  if (!input) throw new TypeError(`A kernel was called without its input '${name}'`);
  return input;
}
