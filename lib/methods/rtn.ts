/**
 * Round to nearest: the searched range, no training. What every trained method is measured against.
 *
 * @module
 */
import {
  constantCodesRule,
  frozenCodesEntries,
  type FrozenCodesForm,
  mergedCodes,
} from "./frozen_codes.ts";
import { makeState } from "./linear_state.ts";
import type { CodedWeight } from "./linear_weight.ts";
import type { Method } from "./method.ts";
import { ruledLinear } from "./weight_rule.ts";

/** Round to nearest. */
export const rtn: Method<CodedWeight, FrozenCodesForm> = {
  name: "rtn",
  about: "round to nearest on a searched range, nothing trained (RTN)",
  merging: "exact",
  limits: {
    adapter: "none",
    grids: ["symmetric", "asymmetric"],
    granularities: ["tensor", "channel", "group"],
  },
  defaults: { learnScale: false },

  prepare(wOI, { layer, settings }) {
    const { bits, scaleFormat } = settings;
    const entries = frozenCodesEntries(wOI, settings, "frozen");
    return makeState({ layer, shape: wOI.shape, form: { bits, scaleFormat } }, entries);
  },

  apply(xNI, state) {
    return ruledLinear(xNI, [], constantCodesRule(state));
  },

  merge: mergedCodes,
};
