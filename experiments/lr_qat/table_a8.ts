import { merge, product } from "../../lib/study/grid/mod.ts";
import type { Profile, RunDraft, Study } from "../../lib/study/study.ts";
import { cell, note } from "../cell.ts";
import { LR_QAT, LSQ } from "../methods.ts";
import { models } from "../models.ts";
import { perChannel } from "../widths.ts";
import { recipe, trained } from "./recipe.ts";

/** Rows at once, and as micro-batches. */
function batches(profile: Profile): readonly RunDraft[] {
  const [rows, micro] = profile === "paper" ? [32, 4] as const : [8, 1] as const;
  const list: readonly RunDraft[] = [
    { training: { batch: rows, accumulation: 1 }, ...cell({ batch: 32, accumulation: 1 }, "1 x") },
    {
      training: { batch: micro, accumulation: rows / micro },
      ...cell({ batch: 4, accumulation: 8 }, "8 x"),
    },
  ];
  const why = note("batch", "8 rows, at once or one by one, stand for the paper's 32");
  return profile === "paper" ? list : product(list, [why]);
}

const KEPT: RunDraft = { settings: { recompute: false }, ...cell({ checkpointing: false }) };
const RECOMPUTED: RunDraft = { settings: { recompute: true }, ...cell({ checkpointing: true }) };

/** LR-QAT, Table A8: what a step takes. */
export const TABLE_A8: Study = {
  name: "lr-qat/table-a8",
  about:
    "LR-QAT, Table A8: time a step of LSQ and LR-QAT, at once and accumulated, recomputed or not",
  source: { paper: "lr-qat", tables: ["A8"] },
  runs(profile) {
    const base = merge<RunDraft>(recipe(profile), {
      training: { steps: profile === "paper" ? 100 : 20 },
      evaluation: { blocks: 0, validationBlocks: 0, validateEvery: 0 },
    }, cell({ metric: "step-time", optimizerOffload: false }));
    return product(
      [base],
      models(profile),
      [perChannel(4)],
      trained(profile, [LSQ, LR_QAT]),
      [RECOMPUTED, KEPT],
      batches(profile),
    );
  },
};
