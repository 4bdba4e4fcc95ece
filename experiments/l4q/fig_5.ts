import { merge, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { cell } from "../cell.ts";
import { L4Q, QLORA_STAR } from "../methods.ts";
import { models } from "../models.ts";
import { type Rates, withRates } from "../rates.ts";
import { DECAY, recipe, seeds } from "./recipe.ts";

// Figure 5 has one rate for both; one epoch is 391 steps of 128 rows.
const PAPER: Rates = {
  "l4q": { adapter: 2e-5, scale: 2e-5, offset: 2e-5 },
  "qlora-star": { adapter: 2e-5 },
};
const OURS: Rates = {
  "l4q": { adapter: 3e-3, scale: 3e-3, offset: 3e-3 },
  "qlora-star": { adapter: 3e-3 },
};

/** L4Q, Figure 5: how fast it learns. */
export const FIG_5: Study = {
  name: "l4q/fig-5",
  about: "L4Q, Figure 5: training loss of L4Q and QLoRA* at one learning rate, 4 bits",
  source: { paper: "l4q", tables: ["fig5"] },
  runs(profile) {
    const methods = withRates([L4Q, QLORA_STAR], profile === "paper" ? PAPER : OURS, DECAY);
    const length: RunDraft = profile === "paper" ? { training: { steps: 391 } } : {};
    const base = merge<RunDraft>(recipe(profile), length, {
      settings: { bits: 4 },
      evaluation: { validateEvery: 20 },
    }, cell({ bits: 4, metric: "train-loss" }));
    return withSeeds(product([base], models(profile), methods), seeds(profile));
  },
};
