import { concat, merge, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { cell } from "../cell.ts";
import { FLOAT, LR_QAT, PEQA, RTN } from "../methods.ts";
import { models } from "../models.ts";
import { perChannel } from "../widths.ts";
import { PERPLEXITY, recipe, seeds, trained } from "./recipe.ts";

function activations(activationBits: number, keyValueBits: number): RunDraft {
  return merge<RunDraft>(
    perChannel(4),
    { settings: { activationBits, keyValueBits } },
    cell({ activationBits, keyValueBits }, `4-${activationBits}-${keyValueBits}`),
  );
}

/** LR-QAT, Table 5: weights, activations, keys and values. */
export const TABLE_5: Study = {
  name: "lr-qat/table-5",
  about: "LR-QAT, Table 5: RTN, PEQA and LR-QAT at W-A-KV 4-8-8, 4-8-4 and 4-4-4",
  source: { paper: "lr-qat", tables: ["5"] },
  runs(profile) {
    const settings = [activations(8, 8), activations(8, 4), activations(4, 4)];
    const methods = concat([RTN], trained(profile, [PEQA, LR_QAT]));
    return product(
      [recipe(profile)],
      [PERPLEXITY],
      models(profile, ["llama-1-7b", "llama-2-7b", "llama-2-13b"]),
      withSeeds(concat([FLOAT], product(settings, methods)), seeds(profile, "one")),
    );
  },
};
