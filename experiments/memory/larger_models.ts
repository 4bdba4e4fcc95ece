import type { MemoryStep } from "../../lib/memory/mod.ts";
import { FLOAT32_MOMENTS, type MemoryStudy } from "./memory_study.ts";

const MODELS = ["llama-1-33b", "llama-2-70b"] as const;

const METHODS: readonly (readonly [string, Omit<MemoryStep["step"], "model">])[] = [
  ["LR-QAT, Q4.4", { method: "lr-qat", phi: "q4.4", rank: 32 }],
  ["LR-QAT, INT4", { method: "lr-qat", phi: "int4", rank: 32 }],
  ["L4Q", { method: "l4q", rank: 4, weightStorage: "bfloat16" }],
];

/** LR-QAT and L4Q at sizes that neither paper ran: 33B and 70B. */
export const LARGER_MODELS: MemoryStudy = {
  name: "larger-models",
  about: "LR-QAT and L4Q at 33B and 70B, 1 x 1024 tokens, layers or whole blocks made again",
  notes: ["No paper ran these.", FLOAT32_MOMENTS],
  steps: MODELS.flatMap((model) =>
    METHODS.flatMap(([label, step]) =>
      (["linear", "block"] as const).map((recompute): MemoryStep => ({
        label: `${label}, ${recompute}`,
        step: { ...step, model, batch: 1, seq: 1024, recompute, compute: "bfloat16" },
      }))
    )
  ),
};
