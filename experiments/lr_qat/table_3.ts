import { concat, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { Study } from "../../lib/study/study.ts";
import { FLOAT, LR_QAT, LSQ } from "../methods.ts";
import { models } from "../models.ts";
import { perChannel } from "../widths.ts";
import { PERPLEXITY, recipe, seeds, trained } from "./recipe.ts";

/** LR-QAT, Table 3: as good as full-model training, in less memory and time. */
export const TABLE_3: Study = {
  name: "lr-qat/table-3",
  about: "LR-QAT, Table 3: LR-QAT beside full-model QAT (LSQ), W4 and W3 per channel",
  source: { paper: "lr-qat", tables: ["3"] },
  runs(profile) {
    const runs = product([perChannel(4), perChannel(3)], trained(profile, [LSQ, LR_QAT]));
    return product(
      [recipe(profile)],
      [PERPLEXITY],
      models(profile),
      concat([FLOAT], withSeeds(runs, seeds(profile, "five"))),
    );
  },
};
