import { tf } from "../tf.ts";

const originals = new Map<string, tf.KernelFunc>();

/**
 * The kernel that TF.js registered, also after the engine put its own in its place.
 *
 * @throws {Error} If TF.js has none of this name on the backend.
 */
export function originalKernel(kernelName: string, backend: "webgpu" | "wasm"): tf.KernelFunc {
  const key = `${backend}:${kernelName}`;
  const kernel = originals.get(key) ?? tf.getKernel(kernelName, backend)?.kernelFunc;
  if (!kernel) throw new Error(`TF.js has no kernel '${kernelName}' on its ${backend} backend`);
  originals.set(key, kernel);
  return kernel;
}
