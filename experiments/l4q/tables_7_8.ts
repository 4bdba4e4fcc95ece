import { product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { Study } from "../../lib/study/study.ts";
import { groupsOf, models } from "../models.ts";
import { l4q, seeds } from "./recipe.ts";

/** L4Q, Tables 7 and 8: the group size. */
export const TABLES_7_8: Study = {
  name: "l4q/tables-7-8",
  about: "L4Q, Tables 7 and 8: groups of 128, 64 and 32 at 4 bits",
  source: { paper: "l4q", tables: ["7", "8"] },
  runs(profile) {
    const groups = ([128, 64, 32] as const).map((size) => groupsOf(profile, size));
    return withSeeds(product([l4q(profile)], models(profile), groups), seeds(profile));
  },
};
