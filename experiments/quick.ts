import { concat, merge, product, withSeeds } from "../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../lib/study/study.ts";
import { recipe as lrQatRecipe } from "./lr_qat/recipe.ts";
import { FLOAT, L4Q, LORA, LR_QAT, LSQ, PEQA, RTN } from "./methods.ts";
import { models, rankOf } from "./models.ts";
import { BROWN_RATES, LR_QAT_PAPER_RATES, type Rates, SMALL_RATES, withRates } from "./rates.ts";
import { bits, perChannel } from "./widths.ts";

/*
 * Six minutes on two cores, for 31 runs, of which 27 train:
 *   27 runs x 50 steps x 0.1 s                                                135 s
 *   31 runs x 2.4 s: 50 test blocks as trained and merged, 20 of validation     74 s
 *   31 preparations x 0.4 s, 7 steps to compile x 4 s, 11 forward passes x 1.5 s 57 s
 *   starting: the library, once                                           at most 60 s
 * together 326 s of 360 s.
 */
const SHORT: RunDraft = {
  training: { corpus: "brown", steps: 50, batch: 2, seq: 256 },
  evaluation: { corpus: "brown", seq: 256, blocks: 50, validationBlocks: 20 },
};

// On the validation split 50 steps of LR-QAT were best at 1e-3, of 1e-3, 3e-3, 1e-2 and 3e-2, at 4 and 3
// bits: so soon, what it changes are codes next to a tie.
const FIFTY_STEPS: Rates = { ...BROWN_RATES, "lr-qat": { adapter: 1e-3, scale: 3e-6 } };

/** The default study: every kind of method once, LR-QAT over bits and ranks. */
export const QUICK: Study = {
  name: "quick",
  about: "Default: LR-QAT over bits and ranks, with L4Q, LSQ, PEQA, LoRA and RTN at 3 bits",
  runs(profile) {
    const base = profile === "quick" ? SHORT : lrQatRecipe(profile);
    const rates = { quick: FIFTY_STEPS, small: SMALL_RATES, paper: LR_QAT_PAPER_RATES }[profile];
    const ranked = (rank: number) => merge<RunDraft>(LR_QAT, rankOf(profile, rank));
    const trained = concat(
      [LORA],
      product([bits(4), bits(3), bits(2)], [ranked(32)]),
      product([bits(4), bits(3)], [ranked(4)]),
      product([perChannel(3)], [PEQA, LSQ, L4Q]),
    );
    const untrained = [FLOAT, ...product([RTN], [bits(4), bits(3), bits(2)])];
    return product([base], models(profile), [
      ...untrained,
      ...withSeeds(
        withRates(trained, { "l4q": BROWN_RATES["l4q"] ?? {}, ...rates }, { weight: 0.1 }),
        [1, 2, 3],
      ),
    ]);
  },
};
