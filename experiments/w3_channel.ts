import { concat, merge, product, withSeeds } from "../lib/study/grid/mod.ts";
import type { Profile, RunDraft, Study } from "../lib/study/study.ts";
import { recipe } from "./lr_qat/recipe.ts";
import { FLOAT, L4Q, LORA, LR_QAT, LSQ, PEQA, QAT_LORA, RTN } from "./methods.ts";
import { models } from "./models.ts";
import { L4Q_PAPER_RATES, LR_QAT_PAPER_RATES, ratesOf, withRates } from "./rates.ts";
import { perChannel } from "./widths.ts";

const RANK: RunDraft = { settings: { rank: 32 } };

/** What is compared: adapters have one rank. */
export const CONTENDERS: readonly RunDraft[] = product([LSQ, PEQA, LR_QAT, L4Q, QAT_LORA], [RANK]);

/** Scales as they are trained, against those that files of 16-bit scales hold: what does that cost? */
const FLOAT_SCALES: RunDraft = merge<RunDraft>(LR_QAT, RANK, {
  settings: { scaleFormat: "float32" },
});

const STEPS: Readonly<Record<Profile, number>> = { quick: 3000, small: 3000, paper: 10_000 };

/**
 * All methods at three bits per channel, trained long enough for LR-QAT's product to pass the grid:
 * LR-QAT like LSQ, then PEQA, then RTN, and L4Q at least as good as QAT-LoRA, say the papers.
 */
export const W3_CHANNEL: Study = {
  name: "w3-channel",
  about:
    "All methods at W3 per channel, 3,000 steps, 3 seeds, beside the float model and LoRA on it",
  runs(profile) {
    const rates = ratesOf(profile, { ...L4Q_PAPER_RATES, ...LR_QAT_PAPER_RATES });
    const trained = withRates(concat([LORA], CONTENDERS, [FLOAT_SCALES]), rates, { weight: 0.1 });
    const base = merge<RunDraft>(recipe(profile), {
      training: { steps: STEPS[profile] },
      evaluation: { validateEvery: 500 },
    });
    const list = concat([FLOAT, RTN], trained);
    return withSeeds(product([base], models(profile), [perChannel(3)], list), [1, 2, 3]);
  },
};
