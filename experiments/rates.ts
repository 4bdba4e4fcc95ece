import type { Role } from "../lib/model/trainable.ts";
import type { Profile, RunDraft } from "../lib/study/study.ts";

/**
 * Learning rates by method and role: what a run of some length trains with.
 *
 * The papers' rates are for 10^4 steps of models that have seen 10^12 tokens; runs of tens to
 * thousands of steps need ten times as much and more. The study `learning-rates` is how these were
 * chosen and how to choose them again.
 */
export type Rates = Readonly<Record<string, Readonly<Partial<Record<Role, number>>>>>;

/**
 * For brown-4m: the best of the study `learning-rates`, 300 steps at W3 per channel on the validation
 * split. It was trained on the text that the runs train on, so what helps is to mend the rounding, by
 * rates far below those of new text. The scales' rates of LSQ, LR-QAT, L4Q and QAT-LoRA lay on the edge
 * of their windows (LR-QAT's the lowest, the others' the highest). QLoRA's and QLoRA*'s are LoRA's.
 */
export const BROWN_RATES: Rates = {
  "lora": { adapter: 2e-5 },
  "lsq": { weight: 1e-4, scale: 3e-4 },
  "peqa": { scale: 5e-6 },
  "lr-qat": { adapter: 3e-2, scale: 3e-6 },
  "l4q": { adapter: 1e-3, scale: 3e-3, offset: 3e-3 },
  "qat-lora": { adapter: 1e-3, scale: 3e-3, offset: 3e-3 },
  "qlora": { adapter: 2e-5 },
  "qlora-star": { adapter: 2e-5 },
};

/**
 * For SmolLM2-135M, from a pilot on other code: where the study `real-model-rates` begins. LR-QAT's
 * product must pass the grid, and its scales move as LSQ's do.
 */
export const PILOT_RATES: Rates = {
  "lora": { adapter: 1e-3 },
  "lsq": { weight: 3e-4, scale: 1e-3 },
  "peqa": { scale: 1e-3 },
  "lr-qat": { adapter: 3e-2, scale: 1e-3 },
  "l4q": { adapter: 1e-2, scale: 1e-3, offset: 1e-3 },
  "qat-lora": { adapter: 1e-2, scale: 1e-3, offset: 1e-3 },
  "qlora": { adapter: 3e-3 },
  "qlora-star": { adapter: 3e-3 },
};

/**
 * For 500 steps of SmolLM2-135M: the best of `real-model-rates`, 60 steps at W3 per channel on the
 * validation split, where it was done and held at 500 steps, else the pilot's. LR-QAT's adapters' rate
 * lies on the edge of its window, within noise of the next; its scales' is bracketed. 500 steps with three
 * times the adapters' rate, and with that and a tenth of the scales', end within 0.014 nats of it on the
 * validation split. PEQA's best of 60 steps, 3e-3, is bracketed and 0.1 nats ahead of the pilot's there; at
 * 500 steps it ends 0.09 nats behind it, so that the pilot's stays.
 */
export const SMALL_RATES: Rates = { ...PILOT_RATES, "lr-qat": { adapter: 1e-2, scale: 1e-3 } };

/** LR-QAT, section 5 and Table B1: LSQ's and the adapters' best, one rate for all scales. */
export const LR_QAT_PAPER_RATES: Rates = {
  "lora": { adapter: 1e-3 },
  "lsq": { weight: 5e-5, scale: 1e-5 },
  "peqa": { scale: 1e-5 },
  "lr-qat": { adapter: 1e-3, scale: 1e-5 },
};

/** L4Q, Table 9, LLaMA-2 7B; LSQ has none there and takes that of L4Q. */
export const L4Q_PAPER_RATES: Rates = {
  "lsq": { weight: 2e-4, scale: 2e-4 },
  "qlora-star": { adapter: 2e-5 },
  "l4q": { adapter: 2e-4, scale: 2e-4, offset: 2e-4 },
  "qat-lora": { adapter: 2e-4, scale: 2e-4, offset: 2e-4 },
  "lora": { adapter: 2e-4 },
};

/** The rates of runs of some 500 steps and more; at the papers' scale, those of the paper given. */
export function ratesOf(profile: Profile, paper: Rates): Rates {
  return { quick: BROWN_RATES, small: SMALL_RATES, paper }[profile];
}

/** Drafts of methods, each with its rates. */
export function withRates(
  drafts: readonly RunDraft[],
  rates: Rates,
  weightDecay: Readonly<Partial<Record<Role, number>>> = {},
): RunDraft[] {
  return drafts.map((draft) => {
    const groups = Object.entries(rates[draft.method ?? ""] ?? {}).map(([role, learningRate]) =>
      [role, { learningRate, weightDecay: weightDecay[role as Role] ?? 0 }] as const
    );
    return { training: { optimizer: { groups: Object.fromEntries(groups) } }, ...draft };
  });
}
