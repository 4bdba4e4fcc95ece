import type { Profile, RunDraft } from "../lib/study/study.ts";
import { merge } from "../lib/study/grid/mod.ts";
import { cell, note } from "./cell.ts";

/** What the listings need to know of a model's sizes. */
export interface StudyModel {
  /** As runs name it. */
  readonly model: string;
  /** The smallest side of its linear layers: the largest rank. */
  readonly largestRank: number;
  /** The group sizes that stand for the papers' 128, 64 and 32. */
  readonly groups: Readonly<Record<128 | 64 | 32, number>>;
  /** Why the groups are not the papers' own. */
  readonly why?: string;
}

const PAPER_GROUPS = { 128: 128, 64: 64, 32: 32 } as const;

/** The model of the profiles that have one. */
export const STUDY_MODELS: Readonly<Record<"quick" | "small", StudyModel>> = {
  quick: {
    model: "brown-4m",
    largestRank: 128,
    groups: { 128: 32, 64: 16, 32: 8 },
    why: "128 inputs are half of a row of 256; in LLaMA-2 7B they are a 32nd of one of 4,096",
  },
  small: {
    model: "smollm2-135m",
    largestRank: 192,
    groups: { 128: 64, 64: 32, 32: 16 },
    why: "128 does not divide rows of 576 inputs",
  },
};

/** The papers' models by the names that their tables have here. */
export const PAPER_MODELS = {
  "llama-1-7b": "huggyllama/llama-7b",
  "llama-2-7b": "meta-llama/Llama-2-7b-hf",
  "llama-2-13b": "meta-llama/Llama-2-13b-hf",
  "llama-3-8b": "meta-llama/Meta-Llama-3-8B",
  "mistral-v0.1-7b": "mistralai/Mistral-7B-v0.1",
} as const;

/** The name of one of {@linkcode PAPER_MODELS}. */
export type PaperModel = keyof typeof PAPER_MODELS;

// Of all models in the tables the smallest matrix side: keys and values of 8 heads of 128.
const PAPER_LARGEST_RANK = 1024;

/** The models of a study: the profile's own, or the papers'. */
export function models(
  profile: Profile,
  papers: readonly PaperModel[] = ["llama-2-7b"],
): readonly RunDraft[] {
  if (profile === "paper") {
    return papers.map((name) => ({ model: PAPER_MODELS[name], ...cell({ model: name }) }));
  }
  const { model } = STUDY_MODELS[profile];
  // LLaMA-2 7B is the model that most tables have.
  const paper = papers.find((name) => name === "llama-2-7b") ?? papers[0] ?? "llama-2-7b";
  return [{
    model,
    ...merge(
      cell({ model: paper }),
      note("model", `${model} stands for ${paper}: orders can be compared, values cannot`),
    ),
  }];
}

/** Groups of 128, 64 or 32 inputs, or what stands for them in the profile's model. */
export function groupsOf(profile: Profile, size: 128 | 64 | 32): RunDraft {
  const { groups, why } = profile === "paper"
    ? { groups: PAPER_GROUPS, why: undefined }
    : STUDY_MODELS[profile];
  return {
    settings: { granularity: `g${groups[size]}` },
    ...merge(
      cell({ granularity: `g${size}` }),
      why ? note("group size", `${groups[size]} stands for ${size}: ${why}`) : {},
    ),
  };
}

/** A rank, or the largest that the profile's model allows. */
export function rankOf(profile: Profile, rank: number): RunDraft {
  const largest = profile === "paper" ? PAPER_LARGEST_RANK : STUDY_MODELS[profile].largestRank;
  return {
    settings: { rank: Math.min(rank, largest) },
    ...merge(
      cell({ rank }, `rank ${rank}`),
      rank > largest ? note("rank", `${largest} stands for ${rank}: the model allows no more`) : {},
    ),
  };
}
