import type { MemoryStep } from "../../lib/memory/mod.ts";
import type { PaperQuery } from "../papers/paper_value.ts";
import { type MemoryStudy, published } from "./memory_study.ts";

const STEP = {
  model: "llama-2-7b",
  batch: 1,
  seq: 1024,
  stack: "lr-qat",
  compute: "bfloat16",
  weightStorage: "bfloat16",
  moments: "bfloat16",
} as const;

/** LR-QAT, Fig. 1: its six bars, and Table 3's two totals, which are among them. */
export const LR_QAT_FIGURE_1: MemoryStudy = {
  name: "lr-qat/figure-1",
  about: "LR-QAT, Fig. 1 and Table 3: memory of a training step, LLaMA-2 7B, 1 x 1024 tokens",
  source: { paper: "lr-qat", table: "fig1" },
  notes: [
    "Ours has the paper's types where they are large, bfloat16 for weights, activations and moments; scales and adapters are float32.",
    "The figure is labelled GB and counts GiB: its segments are whole copies of 6.476e9 weights.",
    "Batch and length are not printed; 1 x 1024 is the paper's training length and gives its activations.",
    "Embedding, head and norms have gradients in its published code, though nothing reads them: 'other'.",
    "LR-QAT's INT4 is counted packed, two codes a byte, as the paper says; its published code holds a byte a code.",
    "Full-model QAT with checkpointing is not in the published code; its bar has the same layers made again.",
  ],
  steps: [
    bar("Full-model QAT", { method: "lsq", recompute: "none" }, { method: "lsq" }),
    bar("Full-model QAT, checkpointing", { method: "lsq", recompute: "linear" }, {
      method: "lsq",
      checkpointing: true,
    }),
    bar("Scales only", { method: "peqa", recompute: "none" }, { method: "peqa" }),
    bar("Scales only, checkpointing", { method: "peqa", recompute: "linear" }, {
      method: "peqa",
      checkpointing: true,
    }),
    bar("LR-QAT, Q4.4", { method: "lr-qat", phi: "q4.4", rank: 32, recompute: "linear" }, {
      method: "lr-qat",
      downcast: "q4.4",
      checkpointing: true,
    }),
    bar("LR-QAT, INT4", { method: "lr-qat", phi: "int4", rank: 32, recompute: "linear" }, {
      method: "lr-qat",
      downcast: "int4",
      checkpointing: true,
    }),
  ],
};

function bar(
  label: string,
  step: Pick<MemoryStep["step"], "method" | "phi" | "rank" | "recompute">,
  query: Partial<PaperQuery>,
): MemoryStep {
  const cell = { paper: "lr-qat", table: "fig1", memoryClass: "total", checkpointing: false };
  return { label, step: { ...STEP, ...step }, ...published({ ...cell, ...query }) };
}
