/**
 * Tensors as large as a weight that fake quantization makes in eager PyTorch, in bfloat16.
 *
 * Kept per layer where nothing is recomputed and autograd differentiates op by op:
 *
 * | method | kept | which |
 * |---|---|---|
 * | lsq | 3 | what is clipped, the codes, the made weight |
 * | peqa | 1 | the made weight (`s c` keeps `c`, which is there anyway) |
 * | lr-qat | 3 | the rounded sum, the codes, the made weight |
 * | l4q, qat-lora | 4 | `W - b`, the quotient, the codes, the made weight |
 * | float, lora, qlora, qlora-star | 0 | products read weights that are there, or unpack them again |
 *
 * With a function that has a backward pass of its own: the made weight alone; L4Q's own layer keeps
 * nothing ("flushed", section 3.2 of its paper) and makes all again.
 *
 * Alive at once in the layer that is under way, where the weight is made again in the backward pass:
 *
 * | method | alive | which |
 * |---|---|---|
 * | lsq | 5 | quotient, rounded, codes, made weight, and the weight's gradient |
 * | peqa | 2 | made weight, gradient |
 * | lr-qat | 7 | `Phi0` in bfloat16, `A B`, sum, rounded, codes, made weight, gradient |
 * | l4q | 6 | `W + B A`, quotient, codes, made weight, gradient, masked gradient |
 * | qat-lora | 4 | quotient, codes, made weight, gradient |
 * | qlora, qlora-star | 1 | the unpacked weight |
 *
 * @module
 */
import type { PaperStack } from "./paper_stacks.ts";
import type { StepSetup } from "./step_setup.ts";

interface WeightCopies {
  readonly kept: number;
  readonly alive: number;
}

const COPIES: ReadonlyMap<string, WeightCopies> = new Map([
  ["lsq", { kept: 3, alive: 5 }],
  ["peqa", { kept: 1, alive: 2 }],
  ["lr-qat", { kept: 3, alive: 7 }],
  ["l4q", { kept: 4, alive: 6 }],
  ["qat-lora", { kept: 4, alive: 4 }],
  ["qlora", { kept: 0, alive: 1 }],
  ["qlora-star", { kept: 0, alive: 1 }],
]);

/** How many tensors of a layer's weight are kept from the forward to the backward pass. */
export function keptCopies({ method, recompute }: StepSetup, stack: PaperStack): number {
  const { kept } = copiesOf(method.name);
  if (recompute !== "none" || kept === 0) return 0;
  if (stack.fakeQuantization === "autograd") return kept;
  return method.name === "l4q" ? 0 : 1;
}

/** How many are alive in the layer whose backward pass is under way, kept ones left out. */
export function aliveCopies(setup: StepSetup, stack: PaperStack): number {
  return Math.max(0, copiesOf(setup.method.name).alive - keptCopies(setup, stack));
}

function copiesOf(method: string): WeightCopies {
  return COPIES.get(method) ?? { kept: 0, alive: 0 };
}
