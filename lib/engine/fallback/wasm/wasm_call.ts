import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelCall } from "../../kernels/register.ts";

/** A call of a kernel on the WebAssembly backend. */
export type WasmCall = KernelCall<BackendWasm>;
