import { merge, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { Study } from "../../lib/study/study.ts";
import { models, rankOf } from "../models.ts";
import { ABLATION, l4q, seeds } from "./recipe.ts";

/** L4Q, Tables 5 and 6: the rank. */
export const TABLES_5_6: Study = {
  name: "l4q/tables-5-6",
  about: "L4Q, Tables 5 and 6: ranks 1 to 128 at 4 bits",
  source: { paper: "l4q", tables: ["5", "6"] },
  runs: (profile) =>
    withSeeds(
      product(
        [merge(l4q(profile), ABLATION)],
        models(profile),
        [1, 2, 4, 8, 16, 32, 64, 128].map((rank) => rankOf(profile, rank)),
      ),
      seeds(profile),
    ),
};
