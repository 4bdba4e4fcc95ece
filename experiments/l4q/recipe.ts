import { merge } from "../../lib/study/grid/mod.ts";
import type { Profile, RunDraft } from "../../lib/study/study.ts";
import { cell, note } from "../cell.ts";
import { L4Q } from "../methods.ts";
import { groupsOf } from "../models.ts";
import { L4Q_PAPER_RATES, ratesOf, withRates } from "../rates.ts";

const RECIPES: Readonly<Record<Profile, RunDraft>> = {
  quick: {
    training: { corpus: "brown", steps: 200, batch: 2, seq: 256 },
    evaluation: { corpus: "brown", seq: 256, blocks: 200, validationBlocks: 50 },
  },
  small: {
    training: { corpus: "wikitext-2", steps: 200, batch: 1, seq: 512 },
    evaluation: { corpus: "wikitext-2", seq: 1024, blocks: 60, validationBlocks: 20 },
  },
  // Section 4.1 and appendix D: 25,000 rows are 195 steps of 128.
  paper: merge<RunDraft>(
    {
      settings: { weightStorage: "bfloat16" },
      training: {
        corpus: "./alpaca.jsonl",
        steps: 195,
        batch: 1,
        accumulation: 128,
        seq: 2048,
        schedule: { kind: "cosine", warmup: 0.1 },
      },
      evaluation: { corpus: "wikitext-2", seq: 2048, bos: "text", blocks: "all" },
    },
    note(
      "text",
      "a JSONL file whose 'text' is an Alpaca task with its answer, packed, all learned",
    ),
    note("score", "WikiText-2 perplexity stands for CSQA and MMLU"),
  ),
};

/** How L4Q's paper trains, or what stands for it, with groups of 128 and AdamW's default betas. */
export function recipe(profile: Profile): RunDraft {
  const betas = { training: { optimizer: { beta2: 0.999 } } };
  return merge<RunDraft>(RECIPES[profile], betas, groupsOf(profile, 128));
}

/** The ablations' length: 12,800 rows are 100 steps of 128. */
export const ABLATION: RunDraft = { training: { steps: 100 } };

/** The paper states no seeds; one there, three here. */
export function seeds(profile: Profile): readonly number[] {
  return profile === "paper" ? [42] : [1, 2, 3];
}

/** The paper's weight decay, of all that is trained. */
export const DECAY = { adapter: 0.01, scale: 0.01, offset: 0.01, weight: 0.01 };

/** Methods with their rates and the paper's weight decay. */
export function trained(profile: Profile, drafts: readonly RunDraft[]): readonly RunDraft[] {
  return withRates(drafts, ratesOf(profile, L4Q_PAPER_RATES), DECAY);
}

/** L4Q alone at four bits, with its rates. */
export function l4q(profile: Profile): RunDraft {
  const four: RunDraft = { settings: { bits: 4 }, ...cell({ bits: 4 }) };
  return merge<RunDraft>(recipe(profile), four, ...trained(profile, [L4Q]));
}
