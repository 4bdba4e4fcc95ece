import { concat, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { FLOAT, L4Q, LORA, QAT_LORA, RTN } from "../methods.ts";
import { models } from "../models.ts";
import { recipe, seeds, trained } from "./recipe.ts";

// L4Q has offsets of its own, so its grid is symmetric at every width.
const WIDTHS: readonly RunDraft[] = [4, 3, 2].map((width) => ({
  settings: { bits: width, grid: "symmetric" },
  place: { label: `W${width}` },
}));

/** What the paper leaves open: two bits. */
export const TWO_BITS: Study = {
  name: "l4q/two-bits",
  about: "L4Q and QAT-LoRA at 2 bits beside 4 and 3, which the paper leaves open",
  runs(profile) {
    const methods = concat([RTN], trained(profile, [L4Q, QAT_LORA]));
    const list = concat([FLOAT], trained(profile, [LORA]), product(WIDTHS, methods));
    return withSeeds(product([recipe(profile)], models(profile), list), seeds(profile));
  },
};
