import { product } from "../lib/study/grid/mod.ts";
import type { Profile, RunDraft } from "../lib/study/study.ts";
import { perChannel } from "./widths.ts";

/** Exponents `p` of the range search, which minimizes `Σ |w - ŵ|^p`, by method. */
export type Exponents = Readonly<Record<string, number>>;

/**
 * For SmolLM2-135M per channel, on the validation split, by bits: LR-QAT's are the best of the four of
 * `real-model-rates`; at three bits LSQ and PEQA are ahead of the default, 4, by 0.03 and 0.07 nats after 500
 * steps of `real-model`. A finer grid that clips more pays once a model trains on it; for rounding alone 4
 * is best at both widths.
 */
export const SMALL_EXPONENTS: Readonly<Partial<Record<2 | 3 | 4, Exponents>>> = {
  3: { "lsq": 3, "peqa": 3, "lr-qat": 3 },
  2: { "peqa": 3, "lr-qat": 3 },
};

/** Drafts of methods with one scale for each output, each with its exponent where one was searched. */
export function perChannelInRange(
  width: 2 | 3 | 4,
  drafts: readonly RunDraft[],
  profile: Profile,
): RunDraft[] {
  const exponents = profile === "small" ? SMALL_EXPONENTS[width] : undefined;
  const ranged = drafts.map((draft) => {
    const rangeExponent = exponents?.[draft.method ?? ""];
    return rangeExponent === undefined
      ? draft
      : { ...draft, settings: { ...draft.settings, rangeExponent } };
  });
  return product([perChannel(width)], ranged);
}
