import { merge, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { cell } from "../cell.ts";
import { models } from "../models.ts";
import { ABLATION, l4q, seeds } from "./recipe.ts";

const STARTS: readonly RunDraft[] = [
  { settings: { scaleStart: "lsq+" }, ...cell({ init: "lsq-plus" }, "LSQ+") },
  { settings: { scaleStart: "symm" }, ...cell({ init: "symmetric" }, "Symm") },
  { settings: { scaleStart: "asymm" }, ...cell({ init: "asymmetric" }, "Asymm") },
  { settings: { scaleStart: "l4q" }, ...cell({ init: "l4q-init" }, "L4Q") },
];

/** L4Q, Table 4 (and Figure 3): where scales and offsets start. */
export const TABLE_4: Study = {
  name: "l4q/table-4",
  about:
    "L4Q, Table 4: four starts of the quantizer, errors of rounding and clipping before and after",
  source: { paper: "l4q", tables: ["4"] },
  runs: (profile) =>
    withSeeds(
      product([merge(l4q(profile), ABLATION)], models(profile), STARTS),
      seeds(profile),
    ),
};
