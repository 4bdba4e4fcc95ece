import { concat, merge, product } from "../lib/study/grid/mod.ts";
import type { Role } from "../lib/model/trainable.ts";
import type { Profile, RunDraft, Study } from "../lib/study/study.ts";
import { recipe } from "./lr_qat/recipe.ts";
import { L4Q, LORA, LR_QAT, LSQ, PEQA, QAT_LORA, RTN } from "./methods.ts";
import { models } from "./models.ts";
import { L4Q_PAPER_RATES, LR_QAT_PAPER_RATES, PILOT_RATES, ratesOf, withRates } from "./rates.ts";
import { perChannel, perGroup } from "./widths.ts";

/** A few steps tell rates apart that differ by three; the chosen ones then train ten times as long. */
const STEPS: Readonly<Record<Profile, number>> = { quick: 50, small: 60, paper: 1000 };

const FACTOR = 3;

/**
 * Exponents of the range search: LR-QAT's paper takes the best for each setting. Its rounding stays at the
 * first scale, where LSQ's follows the learned one, and RTN has no other. At three bits these stand beside
 * the default of 4, which the tries of rates have; the fewer the bits, the more a grid may clip.
 */
const EXPONENTS_W3 = exponents(2.4, 3, 5);
const EXPONENTS_W4 = exponents(3, 4, 5);
const EXPONENTS_W2 = exponents(2, 2.4, 3, 4);

function exponents(...values: readonly number[]): RunDraft[] {
  return values.map((rangeExponent) => ({ settings: { rangeExponent } }));
}

/**
 * Which rates and ranges the study `real-model` is to use: every method has five tries of its rates on the
 * validation split, and those that are compared per channel, RTN among them, three of their range. At four
 * and two bits ranges are searched for LR-QAT and RTN; what trains there takes LR-QAT's.
 */
export const REAL_MODEL_RATES: Study = {
  name: "real-model-rates",
  about:
    "Learning rates and ranges for real-model: 5 and 3 tries a method around those of a pilot, W3",
  runs(profile) {
    const paper = { ...L4Q_PAPER_RATES, ...LR_QAT_PAPER_RATES };
    const rates = profile === "small" ? PILOT_RATES : ratesOf(profile, paper);
    const tries = (drafts: readonly RunDraft[]) =>
      withRates(drafts, rates, { weight: 0.1 }).flatMap(fiveTries);
    const base = merge<RunDraft>(recipe(profile), {
      seed: 1,
      training: { steps: STEPS[profile] },
      evaluation: { blocks: 0, validationBlocks: 20 },
    });
    const chosen = withRates([LR_QAT, LSQ, PEQA], ratesOf(profile, paper), { weight: 0.1 });
    const [lrQat = LR_QAT] = chosen;
    const list = concat(
      product([perChannel(3)], tries([LR_QAT, LSQ, PEQA, LORA])),
      product([perGroup(3, profile)], tries([L4Q, QAT_LORA])),
      product([perChannel(3)], [RTN, ...product([RTN, ...chosen], EXPONENTS_W3)]),
      product([perChannel(4)], [RTN, lrQat], EXPONENTS_W4),
      product([perChannel(2)], [RTN, lrQat], EXPONENTS_W2),
    );
    return product([base], models(profile), list);
  },
};

/**
 * A draft with its rates, and with others around them: of one rate four others; of two, each of them
 * three times larger and smaller. Scales and offsets have one rate.
 */
function fiveTries(draft: RunDraft): RunDraft[] {
  const groups = draft.training?.optimizer?.groups ?? {};
  const [first, second] = (["weight", "adapter", "scale"] as const).filter((role) => groups[role]);
  if (!first) return [draft];
  const others = second
    ? [at(first, 1 / FACTOR), at(first, FACTOR), at(second, 1 / FACTOR), at(second, FACTOR)]
    : [-2, -1, 1, 2].map((power) => at(first, FACTOR ** power));
  return [draft, ...others.map((scaled) => merge(draft, scaled(groups)))];
}

type Groups = Readonly<Partial<Record<Role, { readonly learningRate?: number }>>>;

function at(role: Role, factor: number): (groups: Groups) => RunDraft {
  const roles: readonly Role[] = role === "scale" ? ["scale", "offset"] : [role];
  return (groups) => {
    const scaled = roles.flatMap((name) => {
      const rate = groups[name]?.learningRate;
      // Three digits say what was meant: 0.09 / 3 is 0.03.
      return rate === undefined
        ? []
        : [[name, { learningRate: Number((rate * factor).toPrecision(3)) }] as const];
    });
    return { training: { optimizer: { groups: Object.fromEntries(scaled) } } };
  };
}
