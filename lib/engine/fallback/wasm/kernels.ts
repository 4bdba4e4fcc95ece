import { KERNEL } from "../../ops/kernel_names.ts";
import { barrier } from "../barrier.ts";
import { einsum } from "../einsum.ts";
import { originalKernel } from "../original_kernel.ts";
import { registerKernels } from "../../kernels/register.ts";
import { bitwiseKernel } from "./bitwise.ts";
import { castTo } from "./cast.ts";
import { clipKernel } from "./clip_by_value.ts";
import { oneHot } from "./one_hot.ts";
import { unsortedSegmentSum } from "./unsorted_segment_sum.ts";
import type { WasmCall } from "./wasm_call.ts";

/** Registers the kernels that TF.js lacks, or has wrong, on its WebAssembly backend: loops on its heap. */
export function registerWasmKernels(): void {
  registerKernels<WasmCall["backend"]>("wasm", {
    ClipByValue: clipKernel(originalKernel("ClipByValue", "wasm")),
    Einsum: einsum,
    OneHot: oneHot,
    UnsortedSegmentSum: unsortedSegmentSum,
    [KERNEL.barrier]: barrier,
    [KERNEL.bitwiseAnd]: bitwiseKernel((a, b) => a & b),
    [KERNEL.bitwiseOr]: bitwiseKernel((a, b) => a | b),
    [KERNEL.bitwiseXor]: bitwiseKernel((a, b) => a ^ b),
    [KERNEL.castTo]: castTo,
    [KERNEL.leftShift]: bitwiseKernel((a, b) => a << b),
    [KERNEL.rightShift]: bitwiseKernel((a, b) => a >> b),
  });
}
