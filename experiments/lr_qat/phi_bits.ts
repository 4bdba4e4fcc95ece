import { PHI_NAMES } from "../../lib/quant/downcast/phi.ts";
import { product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { Study } from "../../lib/study/study.ts";
import { models } from "../models.ts";
import { perChannel } from "../widths.ts";
import { lrQat, seeds } from "./recipe.ts";

/** What the paper leaves open: the downcast at few bits. */
export const PHI_BITS: Study = {
  name: "lr-qat/phi-bits",
  about: "LR-QAT: every downcast at 4, 3 and 2 bits per channel, which the paper leaves open",
  runs: (profile) =>
    withSeeds(
      product(
        [lrQat(profile)],
        models(profile),
        [perChannel(4), perChannel(3), perChannel(2)],
        PHI_NAMES.map((phi) => ({ settings: { phi }, place: { label: phi } })),
      ),
      seeds(profile, "one"),
    ),
};
