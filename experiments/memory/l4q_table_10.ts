import type { MemoryStep } from "../../lib/memory/mod.ts";
import { type MemoryStudy, published } from "./memory_study.ts";

/**
 * Tokens of the one sequence of a micro-batch. It is the only number here that was fitted: to LoRA's
 * row for 3B, 7B and 13B, by least squares of the relative differences, and frozen before any other
 * method was looked at.
 */
export const FITTED_TOKENS = 955;

/** The paper states this length for L4Q at 33B. */
const TOKENS_33B = 128;

const MODELS = [
  ["open-llama-3b", "g64", FITTED_TOKENS],
  ["llama-1-7b", "g128", FITTED_TOKENS],
  ["llama-1-13b", "g128", FITTED_TOKENS],
  ["llama-1-33b", "g128", TOKENS_33B],
] as const;

type Row = readonly [label: string, paper: string, step: Omit<MemoryStep["step"], "model">];

const ROWS: readonly Row[] = [
  ["LoRA", "lora", { method: "lora", rank: 4 }],
  ["QLoRA", "qlora", { method: "qlora", rank: 4 }],
  ["QLoRA, blocks made again", "qlora", { method: "qlora", rank: 4, recompute: "block" }],
  ["QA-LoRA (as QLoRA*)", "qa-lora", { method: "qlora-star", rank: 8 }],
  ["QAT (LSQ)", "lsq", { method: "lsq" }],
  ["QAT-LoRA", "qat-lora", { method: "qat-lora", rank: 4 }],
  ["L4Q", "l4q", { method: "l4q", rank: 4 }],
];

/** L4Q, Tables 1 and 10: seven methods on four models. */
export const L4Q_TABLE_10: MemoryStudy = {
  name: "l4q/table-10",
  about: "L4Q, Tables 1 and 10: peak memory of training on one A100 80 GB, 4 bits",
  source: { paper: "l4q", table: "10" },
  notes: [
    "Ours has the paper's types where they are large, bfloat16 for weights, activations and moments; scales and adapters are float32.",
    `The paper prints no lengths: 1 x ${FITTED_TOKENS} tokens were fitted once to LoRA's row (3B, 7B, 13B) and frozen; 33B has 128, which the paper states for L4Q.`,
    "GB are 10^9 bytes of allocated tensors, as Lit-GPT prints them. With fused attention about 1 x 1980 tokens fit as well: memory alone cannot tell the two apart.",
    "LoRA at 33B with 128 tokens comes out 4 GB short; about 300 tokens would explain it, and the paper states 128 for L4Q alone.",
    "QAT and QAT-LoRA keep one bfloat16 copy of every fake-quantized weight, as a function of its own does; op by op autograd would keep three or four and QAT-LoRA at 7B would not fit the card.",
    "QAT-LoRA at 7B: 16.5 GB above L4Q, of which the copy of the weights explains 13.0; at 3B and 13B the copy explains all but 1 GB, so the rest is no weight-sized term.",
    "L4Q's s and b at groups of 128 are 1/64 of the weights: with gradient and two bfloat16 moments 0.8 GB at 7B above LoRA, where the paper prints 0.3.",
    "QLoRA's row lies between ours with nothing made again and with blocks made again; the paper uses paged optimizers there and states no length.",
    "QA-LoRA is not built here: QLoRA* with its rank has the same codes, scales and activations; the printed 67.2 GB at 33B are more than any length of the other rows explains.",
    "LoftQ's row is QLoRA's in the paper, and here.",
  ],
  steps: ROWS.flatMap((row) => MODELS.map((model) => stepOf(row, model))),
};

function stepOf(
  [label, paper, step]: Row,
  [model, granularity, seq]: typeof MODELS[number],
): MemoryStep {
  const hasGroups = !["lora", "qlora"].includes(step.method);
  return {
    label,
    step: {
      recompute: "none",
      ...step,
      model,
      batch: 1,
      seq,
      stack: "l4q",
      weightStorage: "bfloat16",
      compute: "bfloat16",
      moments: "bfloat16",
      ...(hasGroups && { granularity }),
    },
    ...published({ paper: "l4q", table: "10", model, method: paper }),
  };
}
