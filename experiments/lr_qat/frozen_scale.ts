import { product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { models } from "../models.ts";
import { perChannel } from "../widths.ts";
import { lrQat, seeds } from "./recipe.ts";

const SCALES: readonly RunDraft[] = [
  { settings: { learnScale: true }, place: { label: "learned scale" } },
  { settings: { learnScale: false }, place: { label: "frozen scale" } },
];

/** Whether scales must be learned beside adapters: in the paper only a value of its search space. */
export const FROZEN_SCALE: Study = {
  name: "lr-qat/frozen-scale",
  about: "LR-QAT with learned and with frozen scales, W4, W3 and W2 per channel",
  runs: (profile) =>
    withSeeds(
      product(
        [lrQat(profile)],
        models(profile),
        [perChannel(4), perChannel(3), perChannel(2)],
        SCALES,
      ),
      seeds(profile, "one"),
    ),
};
