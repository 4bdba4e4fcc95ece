import type { Device } from "../device.ts";
import { tf } from "../tf.ts";
import { registerFallbackKernels } from "./kernels.ts";

/** Options of {@linkcode startFallback}. */
export interface StartFallbackOptions {
  /** Whether a WebGPU adapter in software will do; WebAssembly is faster than that. */
  readonly software: boolean;
}

/**
 * Makes one of TF.js's portable backends the backend.
 *
 * @throws {Error} If the backend does not start, for example for want of a WebGPU adapter.
 */
export async function startFallback(
  backend: "webgpu" | "wasm",
  options: StartFallbackOptions,
): Promise<readonly Device[]> {
  if (backend === "webgpu") {
    await import("@tensorflow/tfjs-backend-webgpu");
    const device = await adapterName(options);
    await useBackend(backend);
    return [{ name: device, type: "GPU" }];
  }
  await import("@tensorflow/tfjs-backend-wasm");
  await useBackend(backend);
  return [{ name: "WebAssembly, one thread", type: "CPU" }];
}

async function adapterName({ software }: StartFallbackOptions): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new Error("WebGPU finds no adapter: a GPU driver with Vulkan or Metal is missing");
  }
  const { vendor, description, isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter && !software) {
    throw new Error("WebGPU finds no GPU, only an adapter in software, slower than WebAssembly");
  }
  return `WebGPU ${description || vendor || "adapter"}`;
}

async function useBackend(backend: "webgpu" | "wasm") {
  if (!await tf.setBackend(backend)) throw new Error(`TF.js's backend '${backend}' does not start`);
  await registerFallbackKernels(backend);
}
