/**
 * QLoRA* as L4Q's paper uses it: uniform codes per group, frozen, and a float adapter beside them.
 *
 * Forward: `y = x (s (code - zero))ᵀ + m (x Aᵀ) Bᵀ`. The adapter cannot be merged into the codes, so a
 * deployed layer has both ("4 & 16 bits"). The base is rounded to nearest.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import {
  constantCodesRule,
  frozenCodesEntries,
  type FrozenCodesForm,
  mergedCodes,
} from "./frozen_codes.ts";
import { makeState } from "./linear_state.ts";
import { type AdaptedWeight, type CodedWeight } from "./linear_weight.ts";
import type { Method } from "./method.ts";
import { numbersEntry } from "./runtime_numbers.ts";
import { multiplierOf } from "./settings.ts";
import { addSide, mergedSide, sideEntries } from "./side_adapter.ts";
import { ruledLinear } from "./weight_rule.ts";

/** QLoRA*. */
export const qloraStar: Method<AdaptedWeight<CodedWeight>, FrozenCodesForm> = {
  name: "qlora-star",
  about: "frozen uniform codes, a float adapter beside them (QLoRA*, 4 & 16 bits)",
  merging: "beside",
  limits: {
    adapter: "required",
    grids: ["symmetric", "asymmetric"],
    granularities: ["channel", "group"],
  },
  defaults: {
    grid: "asymmetric",
    granularity: { kind: "group", size: 128 },
    alpha: 16,
    learnScale: false,
  },

  prepare(wOI, context) {
    const { layer, settings } = context;
    const { bits, scaleFormat } = settings;
    return makeState({ layer, shape: wOI.shape, form: { bits, scaleFormat } }, {
      ...frozenCodesEntries(wOI, settings, "frozen"),
      ...sideEntries(wOI.shape, context),
      numbers: numbersEntry({ multiplier: multiplierOf(settings) }),
    });
  },

  apply(xNI, state) {
    return addSide(ruledLinear(xNI, [], constantCodesRule(state)), xNI, state);
  },

  merge: (state) =>
    tf.tidy(() => ({ kind: "adapted", base: mergedCodes(state), adapter: mergedSide(state) })),
};
