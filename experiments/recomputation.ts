import { merge, product } from "../lib/study/grid/mod.ts";
import type { Profile, RunDraft, Study } from "../lib/study/study.ts";
import { recipe } from "./lr_qat/recipe.ts";
import { L4Q, LR_QAT, LSQ } from "./methods.ts";
import { models } from "./models.ts";
import { L4Q_PAPER_RATES, LR_QAT_PAPER_RATES, ratesOf, withRates } from "./rates.ts";
import { perChannel } from "./widths.ts";

const STEPS: Readonly<Record<Profile, number>> = { quick: 60, small: 20, paper: 50 };

/** What the backward pass makes again: nothing, the codes of linear layers, whole blocks. */
const RECOMPUTED: readonly RunDraft[] = [
  { settings: { recompute: false }, training: { recompute: "none" } },
  { settings: { recompute: true }, training: { recompute: "none" } },
  { settings: { recompute: false }, training: { recompute: "block" } },
];

/** The time that recomputation costs, and the memory that it saves. */
export const RECOMPUTATION: Study = {
  name: "recomputation",
  about: "Time and memory of a step that makes nothing, linear layers or whole blocks again, W4",
  runs(profile) {
    const rates = ratesOf(profile, { ...L4Q_PAPER_RATES, ...LR_QAT_PAPER_RATES });
    const base = merge<RunDraft>(recipe(profile), {
      training: { steps: STEPS[profile] },
      evaluation: { blocks: 1, validationBlocks: 1 },
    });
    const list = withRates([LSQ, LR_QAT, L4Q], rates, { weight: 0.1 });
    return product([base], models(profile), [perChannel(4)], list, RECOMPUTED);
  },
};
