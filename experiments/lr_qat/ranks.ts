import { product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { Study } from "../../lib/study/study.ts";
import { models, rankOf } from "../models.ts";
import { bits } from "../widths.ts";
import { lrQat, seeds } from "./recipe.ts";

/** LR-QAT's ablation of the rank. */
export const RANKS: Study = {
  name: "lr-qat/ranks",
  about:
    "LR-QAT, rank ablation: 1, 4, 32, 256 (at most what the model allows), W4 and W3 per channel",
  source: { paper: "lr-qat", tables: ["rank-ablation"] },
  runs: (profile) =>
    withSeeds(
      product(
        [lrQat(profile)],
        models(profile),
        // The paper's text was not at hand, so the width of its ablation is not known.
        [bits(4), bits(3)].map(withoutCell),
        [1, 4, 32, 256].map((rank) => rankOf(profile, rank)),
      ),
      seeds(profile, "five"),
    ),
};

function withoutCell({ place: _, ...draft }: ReturnType<typeof bits>): ReturnType<typeof bits> {
  return draft;
}
