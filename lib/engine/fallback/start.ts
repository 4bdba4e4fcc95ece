import { tf } from "../tf.ts";
import type { Device } from "../tensorflow/context.ts";
import { registerFallbackKernels } from "./kernels.ts";

/**
 * Makes one of TF.js's portable backends the backend.
 *
 * @throws {Error} If the backend does not start, for example for want of a WebGPU adapter.
 */
export async function startFallback(backend: "webgpu" | "wasm"): Promise<readonly Device[]> {
  if (backend === "webgpu") {
    await import("@tensorflow/tfjs-backend-webgpu");
    const device = await adapterName();
    await useBackend(backend);
    return [{ name: device, type: "GPU" }];
  }
  await import("@tensorflow/tfjs-backend-wasm");
  await useBackend(backend);
  return [{ name: "WebAssembly, one thread", type: "CPU" }];
}

async function adapterName(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new Error("WebGPU finds no adapter: a GPU driver with Vulkan or Metal is missing");
  }
  const { vendor, description } = adapter.info;
  return `WebGPU ${description || vendor || "adapter"}`;
}

async function useBackend(backend: "webgpu" | "wasm") {
  if (!await tf.setBackend(backend)) throw new Error(`TF.js's backend '${backend}' does not start`);
  await registerFallbackKernels(backend);
}
