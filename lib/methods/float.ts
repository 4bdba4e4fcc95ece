/**
 * Full precision: `y = x Wᵀ` with `W` trained whole, or not at all.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { castLike } from "../model/compute_type.ts";
import { makeState, stateTensor } from "./linear_state.ts";
import type { FloatWeight } from "./linear_weight.ts";
import { floatWeight, storedWeight } from "./low_precision_weight.ts";
import type { Method } from "./method.ts";

/** Full precision. */
export const float: Method<FloatWeight, null> = {
  name: "float",
  about: "full precision, trained whole or not at all",
  merging: "exact",
  limits: { adapter: "none", grids: [], granularities: ["tensor", "channel", "group"] },
  defaults: {},

  prepare: (wOI, { layer, settings }) =>
    makeState({ layer, shape: wOI.shape, form: null }, {
      weight: {
        role: settings.trainWeight ? "weight" : "frozen",
        value: storedWeight(wOI, settings),
      },
    }),

  apply: (xNI, state) =>
    tf.matMul(xNI, castLike(stateTensor<tf.Tensor2D>(state, "weight"), xNI), false, true),

  merge: (state) => ({ kind: "float", wOI: tf.tidy(() => tf.clone(floatWeight(state))) }),
};
