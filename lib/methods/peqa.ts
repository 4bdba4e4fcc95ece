/**
 * PEQA (Kim et al., NeurIPS 2023): the integer codes are frozen, only scales are trained.
 *
 * Forward: `y = x (s (code - zero))ᵀ`; `ds = Σ G (code - zero)` over the group, with `G = dyᵀ x`. Held:
 * packed codes and `s`. LR-QAT with rank 0 and integer `phi` is the same thing.
 *
 * @module
 */
import {
  frozenCodesEntries,
  type FrozenCodesForm,
  frozenCodesRule,
  frozenCodesScale,
  mergedCodes,
} from "./frozen_codes.ts";
import { makeState } from "./linear_state.ts";
import type { CodedWeight } from "./linear_weight.ts";
import type { Method } from "./method.ts";
import { ruledLinear } from "./weight_rule.ts";

/** PEQA. */
export const peqa: Method<CodedWeight, FrozenCodesForm> = {
  name: "peqa",
  about: "frozen integer codes, scales trained (PEQA)",
  merging: "exact",
  limits: {
    adapter: "none",
    grids: ["symmetric", "asymmetric"],
    granularities: ["tensor", "channel", "group"],
  },
  defaults: {},

  prepare(wOI, { layer, settings }) {
    const { bits, scaleFormat, learnScale } = settings;
    const entries = frozenCodesEntries(wOI, settings, learnScale ? "scale" : "frozen");
    return makeState({ layer, shape: wOI.shape, form: { bits, scaleFormat } }, entries);
  },

  apply: (xNI, state) => ruledLinear(xNI, [frozenCodesScale(state)], frozenCodesRule(state)),

  merge: mergedCodes,
};
