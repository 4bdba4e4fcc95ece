import { concat, merge, product } from "../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../lib/study/study.ts";
import { recipe } from "./lr_qat/recipe.ts";
import { LORA } from "./methods.ts";
import { models } from "./models.ts";
import { CONTENDERS } from "./w3_channel.ts";
import { perChannel } from "./widths.ts";

/** Sixteen rates from 1e-5 to 1e-2, equally far apart in their logarithm. */
const SIXTEEN = [
  1.0e-5,
  1.6e-5,
  2.5e-5,
  4.0e-5,
  6.3e-5,
  1.0e-4,
  1.6e-4,
  2.5e-4,
  4.0e-4,
  6.3e-4,
  1.0e-3,
  1.6e-3,
  2.5e-3,
  4.0e-3,
  6.3e-3,
  1.0e-2,
] as const;

const SCALES: readonly RunDraft[] = [1e-5, 1e-4, 1e-3, 1e-2].map((learningRate) => ({
  training: { optimizer: { groups: { scale: { learningRate }, offset: { learningRate } } } },
}));

/** The tries of each method: sixteen, of one rate, or four of each of two. */
const TRIES: Readonly<Record<string, readonly RunDraft[]>> = {
  "lora": SIXTEEN.map(adapter),
  "peqa": SIXTEEN.map((learningRate) => ({
    training: { optimizer: { groups: { scale: { learningRate } } } },
  })),
  "lsq": product<RunDraft>(
    [1e-4, 3e-4, 1e-3, 3e-3].map((learningRate) => ({
      training: { optimizer: { groups: { weight: { learningRate, weightDecay: 0.1 } } } },
    })),
    SCALES,
  ),
  "lr-qat": product([3e-3, 1e-2, 3e-2, 1e-1].map(adapter), SCALES),
  "l4q": product([1e-3, 3e-3, 1e-2, 3e-2].map(adapter), SCALES),
  "qat-lora": product([1e-3, 3e-3, 1e-2, 3e-2].map(adapter), SCALES),
};

function adapter(learningRate: number): RunDraft {
  return { training: { optimizer: { groups: { adapter: { learningRate } } } } };
}

/** Which learning rates to use: chosen on the validation split, which no test block touches. */
export const LEARNING_RATES: Study = {
  name: "learning-rates",
  about: "Learning rates of each method at W3 per channel, 16 tries each, on the validation split",
  runs(profile) {
    const base = merge<RunDraft>(recipe(profile), {
      seed: 1,
      evaluation: { blocks: 0, validationBlocks: 100 },
    });
    const tries = concat([LORA], CONTENDERS).flatMap((draft) =>
      product([draft], TRIES[draft.method ?? ""] ?? [])
    );
    return product([base], models(profile), [perChannel(3)], tries);
  },
};
