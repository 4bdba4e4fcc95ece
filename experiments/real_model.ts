import { concat, merge, product, withSeeds } from "../lib/study/grid/mod.ts";
import type { Profile, RunDraft, Study } from "../lib/study/study.ts";
import { cell, note } from "./cell.ts";
import { PERPLEXITY, recipe } from "./lr_qat/recipe.ts";
import { FLOAT, L4Q, LORA, LR_QAT, LSQ, PEQA, QAT_LORA, QLORA_STAR, RTN } from "./methods.ts";
import { models } from "./models.ts";
import { perChannelInRange } from "./ranges.ts";
import { L4Q_PAPER_RATES, LR_QAT_PAPER_RATES, ratesOf, withRates } from "./rates.ts";
import { perGroup } from "./widths.ts";

/** The downcasts that LR-QAT's paper compares in its Table 2, besides the fixed point of all other rows. */
const PHIS: readonly RunDraft[] = [
  { settings: { phi: "fp32" }, ...cell({ downcast: "fp32" }, "φ FP32") },
  { settings: { phi: "int" }, ...cell({ downcast: "int-b" }, "φ INT-b") },
  {
    settings: { phi: "int", adapterStart: "svd" },
    ...cell({ downcast: "int-b", init: "loftq" }, "φ INT-b, SVD"),
  },
];

const SHORT = note("steps", "500 of 512 tokens stand for 10,000 of 32 rows of 1,024");

/**
 * LR-QAT's Table 4 on a model that a laptop trains, with more methods: all of them at three bits, the
 * leading ones at four and two, and LR-QAT's downcasts at three. Float weights that already lie on a
 * 4-bit grid in groups make the rows of 3 and 2 bits and of whole channels the telling ones: such are
 * those of SmolLM2-135M, the model of the profile `small`.
 */
export const REAL_MODEL: Study = {
  name: "real-model",
  about: "All methods at W3, the leading ones at W4 and W2, LR-QAT's downcasts: SmolLM2-135M",
  source: { paper: "lr-qat", tables: ["4"] },
  runs(profile) {
    const rates = ratesOf(profile, { ...L4Q_PAPER_RATES, ...LR_QAT_PAPER_RATES });
    const base = merge<RunDraft>(
      recipe(profile),
      PERPLEXITY,
      profile === "paper" ? {} : SHORT,
      { evaluation: { validateEvery: 250 } },
    );
    return product([base], models(profile), runs(profile, rates));
  },
};

function runs(profile: Profile, rates: Parameters<typeof withRates>[1]): RunDraft[] {
  const rated = (drafts: readonly RunDraft[]) => withRates(drafts, rates, { weight: 0.1 });
  const perChannelOf = (width: 2 | 3 | 4, drafts: readonly RunDraft[]) =>
    perChannelInRange(width, rated(drafts), profile);
  const leading = [LR_QAT, LSQ, PEQA];
  return concat(
    withSeeds(concat([FLOAT], perChannelOf(3, [RTN]), rated([LORA])), [1]),
    // The order at three bits is what the study is for; a second seed says whether it is noise.
    withSeeds(perChannelOf(3, leading), [1, 2]),
    withSeeds(
      concat(
        product(perChannelOf(3, [LR_QAT]), PHIS),
        product([perGroup(3, profile)], [RTN, ...rated([L4Q, QAT_LORA, QLORA_STAR])]),
        perChannelOf(4, [RTN, ...leading]),
        perChannelOf(2, [RTN, LR_QAT, PEQA]),
      ),
      [1],
    ),
  );
}
