import { tf } from "../../tf.ts";

const originals = new Map<string, tf.KernelFunc>();

/**
 * The kernel that TF.js registered, also after the engine put its own in its place.
 *
 * @throws {Error} If TF.js has none of this name on the backend.
 */
export function originalKernel(kernelName: string): tf.KernelFunc {
  const kernel = originals.get(kernelName) ?? tf.getKernel(kernelName, "webgpu")?.kernelFunc;
  if (!kernel) throw new Error(`TF.js has no kernel '${kernelName}' on its WebGPU backend`);
  originals.set(kernelName, kernel);
  return kernel;
}
