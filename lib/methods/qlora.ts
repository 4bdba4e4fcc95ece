/**
 * QLoRA (Dettmers et al., NeurIPS 2023): a frozen weight in 4-bit NormalFloat with double quantization,
 * and a float adapter beside it.
 *
 * Forward: `y = x Wᵀ + m (x Aᵀ) Bᵀ` with `W` dequantized at every call, forward and backward. NF4's
 * levels are not evenly spaced, and the adapter cannot be merged into them ("4 & 16 bits").
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { type Nf4Weights, storeNf4 } from "../quant/nf4/nf4.ts";
import { type LinearState, makeState, stateTensor } from "./linear_state.ts";
import { type AdaptedWeight, baseRule, type Nf4Weight } from "./linear_weight.ts";
import type { Method } from "./method.ts";
import { numbersEntry } from "./runtime_numbers.ts";
import { multiplierOf } from "./settings.ts";
import { addSide, mergedSide, sideEntries } from "./side_adapter.ts";
import { ruledLinear } from "./weight_rule.ts";

const BLOCK = 64;

/** QLoRA. */
export const qlora: Method<AdaptedWeight<Nf4Weight>, null> = {
  name: "qlora",
  about: "frozen NF4 weight, a float adapter beside it (QLoRA, 4 & 16 bits)",
  merging: "beside",
  limits: { adapter: "required", grids: [], granularities: ["group"], bits: [4] },
  // NF4's own blocks, flat over the matrix.
  defaults: { granularity: { kind: "group", size: BLOCK }, alpha: 16, learnScale: false },

  prepare(wOI, context) {
    const { layer, settings } = context;
    if (settings.granularity.kind !== "group" || settings.granularity.size !== BLOCK) {
      throw new RangeError(`Cannot prepare ${layer}: NF4 has groups of ${BLOCK} weights`);
    }
    const stored = storeNf4(wOI);
    const frozen = Object.entries(stored).map(([name, value]) =>
      [name, { role: "frozen" as const, value }] as const
    );
    return makeState({ layer, shape: wOI.shape, form: null }, {
      ...Object.fromEntries(frozen),
      ...sideEntries(wOI.shape, context),
      numbers: numbersEntry({ multiplier: multiplierOf(settings) }),
    });
  },

  apply: (xNI, state) => addSide(ruledLinear(xNI, [], baseRule(baseOf(state))), xNI, state),

  merge(state) {
    const { shape, stored } = baseOf(state);
    const { packed, absmaxCodes, absmax2, offset } = stored;
    const own = {
      packed: tf.clone(packed),
      absmaxCodes: tf.clone(absmaxCodes),
      absmax2: tf.clone(absmax2),
      offset: tf.clone(offset),
    };
    return {
      kind: "adapted",
      base: { kind: "nf4", shape, stored: own },
      adapter: tf.tidy(() => mergedSide(state)),
    };
  },
};

function baseOf(state: LinearState): Nf4Weight {
  const stored: Nf4Weights = {
    packed: stateTensor(state, "packed"),
    absmaxCodes: stateTensor(state, "absmaxCodes"),
    absmax2: stateTensor(state, "absmax2"),
    offset: stateTensor(state, "offset"),
  };
  return { kind: "nf4", shape: state.shape, stored };
}
