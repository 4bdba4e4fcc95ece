import { merge, product } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { cell } from "../cell.ts";
import { L4Q, LSQ, QLORA_STAR } from "../methods.ts";
import { models } from "../models.ts";
import { recipe, trained } from "./recipe.ts";

/** L4Q, Table 11: what training takes. QA-LoRA, its fourth row, is not built. */
export const TABLE_11: Study = {
  name: "l4q/table-11",
  about: "L4Q, Table 11: time a step of LSQ, QLoRA* and L4Q at 4 bits",
  source: { paper: "l4q", tables: ["11"] },
  runs(profile) {
    const base = merge<RunDraft>(recipe(profile), {
      settings: { bits: 4 },
      training: { steps: 20 },
      evaluation: { blocks: 0, validationBlocks: 0 },
    }, cell({ bits: 4, metric: "training-time" }));
    const methods = trained(profile, [LSQ, QLORA_STAR, L4Q]);
    return product([base], models(profile, ["llama-1-7b"]), methods);
  },
};
