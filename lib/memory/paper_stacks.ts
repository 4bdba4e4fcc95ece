import { nearestNames } from "../data/nearest_name.ts";
import type { AllocatorCount } from "./cuda_allocator.ts";
import type { StateType } from "./step_setup.ts";

/** How a program on eager PyTorch trains, as far as memory depends on it. All floats are bfloat16. */
export interface PaperStack {
  readonly name: string;
  readonly about: string;
  /** What the number that it reports counts. */
  readonly count: AllocatorCount;
  /** `eager` keeps the attention weights; `fused` (FlashAttention) a sum a row in their place. */
  readonly attention: "eager" | "fused";
  /**
   * How a fake-quantized weight is differentiated where nothing is recomputed. `autograd`: op by op, and
   * each op keeps what its own backward pass reads. `function`: one function with a backward pass of its
   * own, which reads the parameters again, so that only the made weight is kept, by the product.
   */
  readonly fakeQuantization: "autograd" | "function";
  /** Whether parameters that no optimizer changes (embedding, head, norms) still get gradients. */
  readonly givesFrozenGradients: boolean;
  /** What methods without an adapter train: the linear layers of the blocks, or everything. */
  readonly trains: "linears" | "everything";
  /** The type of AdamW's two moments: PyTorch's has that of the parameter. */
  readonly moments: StateType;
  /** Whether frozen integer codes are packed, or one a byte. LR-QAT's `int` is packed in either case. */
  readonly codes: "packed" | "byte";
  /** Where this can be read. */
  readonly source: string;
}

/** The stacks that the papers' numbers come from, by name. */
export const PAPER_STACKS: readonly PaperStack[] = [
  {
    name: "lr-qat",
    about: "LR-QAT's published code: PyTorch 1.13, Accelerate, attention by transformers 4.40",
    count: "reserved",
    attention: "eager",
    fakeQuantization: "autograd",
    givesFrozenGradients: true,
    trains: "linears",
    moments: "bfloat16",
    codes: "byte",
    source: "github.com/Qualcomm-AI-research/lr-qat",
  },
  {
    name: "l4q",
    about: "L4Q as its paper describes it: transformers or Lit-GPT, everything in bfloat16",
    count: "allocated",
    attention: "eager",
    fakeQuantization: "function",
    givesFrozenGradients: false,
    trains: "everything",
    moments: "bfloat16",
    codes: "packed",
    source: "arXiv 2402.04902, sections 3.2 and 4.1",
  },
];

/** Methods that L4Q's paper measures and LR-QAT's does not. */
const OF_L4Q: readonly string[] = ["lora", "l4q", "qat-lora", "qlora", "qlora-star"];

/** The stack in which a method's numbers were published. */
export function defaultStack(method: string): PaperStack {
  return paperStackNamed(OF_L4Q.includes(method) ? "l4q" : "lr-qat");
}

/**
 * The stack of a name.
 *
 * @throws {RangeError} If there is none; it offers the nearest names.
 */
export function paperStackNamed(name: string): PaperStack {
  const stack = PAPER_STACKS.find((known) => known.name === name);
  if (stack) return stack;
  const names = PAPER_STACKS.map((known) => known.name);
  const near = nearestNames(name, names).join(" or ");
  throw new RangeError(
    `Unknown stack '${name}': ${near ? `did you mean ${near}?` : `known are ${names.join(", ")}`}`,
  );
}
