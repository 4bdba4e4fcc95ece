import type { MemoryStep } from "../../lib/memory/mod.ts";
import { FLOAT32_MOMENTS, type MemoryStudy } from "./memory_study.ts";

const STEP = { model: "llama-2-7b", recompute: "linear", compute: "bfloat16" } as const;
const LR_QAT = { method: "lr-qat", phi: "q4.4" } as const;
const L4Q = { method: "l4q", weightStorage: "bfloat16" } as const;

/** Memory against rank, length and batch, each alone. */
export const SIZES: MemoryStudy = {
  name: "sizes",
  about: "memory of LR-QAT and L4Q against rank, tokens and batch, LLaMA-2 7B",
  notes: [
    "What is not varied: rank 32 for LR-QAT and 4 for L4Q, 1 x 1024 tokens.",
    FLOAT32_MOMENTS,
  ],
  steps: [
    ...[1, 4, 16, 32, 64, 128, 256].flatMap((rank) => [
      step(`LR-QAT, r = ${rank}`, { ...LR_QAT, rank }),
      step(`L4Q, r = ${rank}`, { ...L4Q, rank }),
    ]),
    ...[256, 512, 1024, 2048, 4096].flatMap((seq) => [
      step(`LR-QAT, ${seq} tokens`, { ...LR_QAT, rank: 32, seq }),
      step(`L4Q, ${seq} tokens`, { ...L4Q, rank: 4, seq }),
    ]),
    ...[1, 2, 4, 8].flatMap((batch) => [
      step(`LR-QAT, batch ${batch}`, { ...LR_QAT, rank: 32, batch }),
      step(`L4Q, batch ${batch}`, { ...L4Q, rank: 4, batch }),
    ]),
  ],
};

function step(label: string, own: Omit<MemoryStep["step"], "model">): MemoryStep {
  return { label, step: { batch: 1, seq: 1024, ...STEP, ...own } };
}
