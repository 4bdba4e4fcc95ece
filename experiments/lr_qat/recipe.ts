import type { Profile, RunDraft } from "../../lib/study/study.ts";
import { merge } from "../../lib/study/grid/mod.ts";
import { cell, note } from "../cell.ts";
import { FLOAT, LORA, LR_QAT, LSQ, PEQA } from "../methods.ts";
import { LR_QAT_PAPER_RATES, ratesOf, withRates } from "../rates.ts";

const RECIPES: Readonly<Record<Profile, RunDraft>> = {
  // 50 s of training and some 10 s of evaluation a run on two cores.
  quick: {
    training: { corpus: "brown", steps: 500, batch: 2, seq: 256 },
    evaluation: { corpus: "brown", seq: 256, blocks: 200, validationBlocks: 50 },
  },
  // 1.7 s a step: a quarter of an hour a run.
  small: {
    training: { corpus: "wikitext-2", steps: 500, batch: 1, seq: 512 },
    evaluation: { corpus: "wikitext-2", seq: 1024, blocks: 60, validationBlocks: 20 },
  },
  // Section 5 of the paper: 10^4 steps of 32 rows of 1,024 tokens, evaluated with 2,048.
  paper: merge<RunDraft>({
    settings: { recompute: true },
    training: { corpus: "./slimpajama.jsonl", steps: 10_000, batch: 4, accumulation: 8, seq: 1024 },
    evaluation: {
      corpus: "wikitext-2",
      seq: 2048,
      bos: "text",
      blocks: "all",
      validationBlocks: 125,
      validateEvery: 250,
    },
  }, note("validation", "WikiText-2's validation split stands for 512 rows of Wikipedia")),
};

/** How LR-QAT's paper trains, or what stands for it: linear decay, warm-up of 10 %, clip 1. */
export function recipe(profile: Profile): RunDraft {
  return RECIPES[profile];
}

/** Seeds: three here; in the paper five where it states deviations, else one. */
export function seeds(profile: Profile, paper: "five" | "one"): readonly number[] {
  if (profile !== "paper") return [1, 2, 3];
  return paper === "five" ? [1000, 1001, 1002, 1003, 1004] : [1000];
}

/** The paper's methods that train, with their rates. */
export function trained(profile: Profile, drafts = [LSQ, PEQA, LR_QAT]): readonly RunDraft[] {
  return withRates(drafts, ratesOf(profile, LR_QAT_PAPER_RATES), { weight: 0.1 });
}

/** LR-QAT alone, with its rates. */
export function lrQat(profile: Profile): RunDraft {
  return merge<RunDraft>(recipe(profile), ...trained(profile, [LR_QAT]));
}

/** What is held against the paper: its WikiText-2 perplexities. */
export const PERPLEXITY: RunDraft = cell({ task: "wikitext-2", metric: "perplexity" });

/** The model as it is, and adapters on it. */
export function references(profile: Profile): readonly RunDraft[] {
  return [FLOAT, ...trained(profile, [LORA])];
}
