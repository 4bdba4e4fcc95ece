import { concat, except, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { Study } from "../../lib/study/study.ts";
import { RTN } from "../methods.ts";
import { models, type PaperModel } from "../models.ts";
import { perChannel, perGroup } from "../widths.ts";
import { PERPLEXITY, recipe, references, seeds, trained } from "./recipe.ts";

const MODELS: readonly PaperModel[] = [
  "llama-1-7b",
  "llama-2-7b",
  "llama-2-13b",
  "llama-3-8b",
  "mistral-v0.1-7b",
];

/** LR-QAT, Table 4: weights alone. */
export const TABLE_4: Study = {
  name: "lr-qat/table-4",
  about:
    "LR-QAT, Table 4: RTN, LSQ, PEQA and LR-QAT at W4, W3, W2 per channel and in groups of 128",
  source: { paper: "lr-qat", tables: ["4"] },
  runs(profile) {
    const widths = [4, 3, 2] as const;
    const settings = widths.flatMap((width) => [perChannel(width), perGroup(width, profile)]);
    // As in the paper, full-model training has no row at two bits.
    const methods = except(
      product(settings, trained(profile)),
      { method: "lsq", settings: { bits: 2 } },
    );
    const list = concat(product(settings, [RTN]), methods);
    return product(
      [recipe(profile)],
      [PERPLEXITY],
      models(profile, MODELS),
      withSeeds(concat(references(profile), list), seeds(profile, "one")),
    );
  },
};
