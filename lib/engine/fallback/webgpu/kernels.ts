import { KERNEL } from "../../ops/kernel_names.ts";
import { tf } from "../../tf.ts";
import { barrier } from "../barrier.ts";
import { registerKernels } from "../../kernels/register.ts";
import { bitwiseKernel } from "./bitwise.ts";
import { castTo } from "./cast.ts";
import { cumulativeKernel } from "./cumulative.ts";
import { originalKernel } from "../original_kernel.ts";
import { integerArithmetic } from "./integer_arithmetic.ts";
import { prodKernel } from "./prod.ts";
import type { WebgpuCall } from "./element_program.ts";

/** Registers the kernels that TF.js lacks, or has wrong, on its WebGPU backend. */
export function registerWebgpuKernels(): void {
  registerKernels<WebgpuCall["backend"]>("webgpu", {
    Add: integerArithmetic("a + b", originalKernel("Add", "webgpu")),
    Cumprod: cumulativeKernel(originalKernel("Cumprod", "webgpu"), tf.cumprod),
    Cumsum: cumulativeKernel(originalKernel("Cumsum", "webgpu"), tf.cumsum),
    Multiply: integerArithmetic("a * b", originalKernel("Multiply", "webgpu")),
    Prod: prodKernel(originalKernel("Prod", "webgpu")),
    Sub: integerArithmetic("a - b", originalKernel("Sub", "webgpu")),
  });
  registerKernels<WebgpuCall["backend"]>("webgpu", {
    [KERNEL.barrier]: barrier,
    [KERNEL.bitwiseAnd]: bitwiseKernel("a & b"),
    [KERNEL.bitwiseOr]: bitwiseKernel("a | b"),
    [KERNEL.bitwiseXor]: bitwiseKernel("a ^ b"),
    [KERNEL.castTo]: castTo,
    [KERNEL.leftShift]: bitwiseKernel("a << u32(b)"),
    [KERNEL.rightShift]: bitwiseKernel("a >> u32(b)"),
  });
}
