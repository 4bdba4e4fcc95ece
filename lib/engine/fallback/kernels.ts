/**
 * Registers, for one of TF.js's portable backends, the engine's own kernels and those that TF.js
 * lacks there. May be called again.
 *
 * The kernels are loaded when they are wanted: loading TF.js's WebGPU package makes its backend
 * one that TF.js takes by itself.
 */
export async function registerFallbackKernels(backend: "webgpu" | "wasm"): Promise<void> {
  if (backend === "wasm") {
    (await import("./wasm/kernels.ts")).registerWasmKernels();
  } else {
    (await import("./webgpu/kernels.ts")).registerWebgpuKernels();
  }
}
