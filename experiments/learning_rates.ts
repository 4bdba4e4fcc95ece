import { concat, merge, product } from "../lib/study/grid/mod.ts";
import type { Profile, RunDraft, Study } from "../lib/study/study.ts";
import { recipe } from "./lr_qat/recipe.ts";
import { LORA } from "./methods.ts";
import { models } from "./models.ts";
import { CONTENDERS } from "./w3_channel.ts";
import { perChannel } from "./widths.ts";

/** Twelve rates from 1e-6 to 5e-3, about equally far apart in their logarithm. */
const TWELVE = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3] as const;

const SCALES = [3e-6, 3e-5, 3e-4].map(scale);

// L4Q's ranges hold the largest weights, so its scales have a longer way to go than searched ones.
const LARGE_SCALES = [3e-5, 3e-4, 3e-3].map(scale);

/**
 * The tries of each method: twelve, of one rate, or four of one times three of the scales'. Those of
 * adapters with scales were moved up once, when the best of a first search lay on their edge.
 */
const TRIES: Readonly<Record<string, readonly RunDraft[]>> = {
  "lora": TWELVE.map(adapter),
  "peqa": TWELVE.map((learningRate) => ({
    training: { optimizer: { groups: { scale: { learningRate } } } },
  })),
  "lsq": product<RunDraft>(
    [1e-5, 3e-5, 1e-4, 3e-4].map((learningRate) => ({
      training: { optimizer: { groups: { weight: { learningRate, weightDecay: 0.1 } } } },
    })),
    SCALES,
  ),
  "lr-qat": product([3e-3, 1e-2, 3e-2, 1e-1].map(adapter), SCALES),
  "l4q": product([3e-4, 1e-3, 3e-3, 1e-2].map(adapter), LARGE_SCALES),
  "qat-lora": product([3e-4, 1e-3, 3e-3, 1e-2].map(adapter), LARGE_SCALES),
};

/** A tenth of what the chosen rates are for, so that the search costs no more than the comparison. */
const STEPS: Readonly<Record<Profile, number>> = { quick: 300, small: 120, paper: 1000 };

function scale(learningRate: number): RunDraft {
  return {
    training: { optimizer: { groups: { scale: { learningRate }, offset: { learningRate } } } },
  };
}

function adapter(learningRate: number): RunDraft {
  return { training: { optimizer: { groups: { adapter: { learningRate } } } } };
}

/** Which learning rates to use: chosen on the validation split, which no test block touches. */
export const LEARNING_RATES: Study = {
  name: "learning-rates",
  about: "Learning rates of each method at W3 per channel, 12 tries each, on the validation split",
  runs(profile) {
    const base = merge<RunDraft>(recipe(profile), {
      seed: 1,
      training: { steps: STEPS[profile] },
      evaluation: { blocks: 0, validationBlocks: 100 },
    });
    const tries = concat([LORA], CONTENDERS).flatMap((draft) =>
      product([draft], TRIES[draft.method ?? ""] ?? [])
    );
    return product([base], models(profile), [perChannel(3)], tries);
  },
};
