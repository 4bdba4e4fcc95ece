/**
 * LoRA (Hu et al., ICLR 2022) on a float weight: what training through an adapter gives without
 * quantization, and so the ceiling of the methods that quantize.
 *
 * Forward: `y = x W0ᵀ + m (x Aᵀ) Bᵀ`. Merged, `W0 + m B A` is one float weight, equal up to the rounding
 * of the sum.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { type LinearState, makeState } from "./linear_state.ts";
import type { FloatWeight } from "./linear_weight.ts";
import { floatWeight, floatWeightRule, frozenWeight } from "./low_precision_weight.ts";
import type { Method } from "./method.ts";
import { numbersEntry } from "./runtime_numbers.ts";
import { multiplierOf } from "./settings.ts";
import { addSide, sideAdapter, sideEntries } from "./side_adapter.ts";
import { ruledLinear } from "./weight_rule.ts";

/** LoRA. */
export const lora: Method<FloatWeight, null> = {
  name: "lora",
  about: "frozen float weight, a float adapter beside it (LoRA)",
  merging: "rounded",
  limits: { adapter: "required", grids: [], granularities: ["tensor", "channel", "group"] },
  defaults: { alpha: 16 },

  prepare(wOI, context) {
    const { layer, settings } = context;
    return makeState({ layer, shape: wOI.shape, form: null }, {
      weight: frozenWeight(wOI, settings),
      ...sideEntries(wOI.shape, context),
      numbers: numbersEntry({ multiplier: multiplierOf(settings) }),
    });
  },

  apply: (xNI, state) => addSide(ruledLinear(xNI, [], floatWeightRule(state)), xNI, state),

  merge: (state) => ({ kind: "float", wOI: tf.tidy(() => mergedWeight(state)) }),
};

function mergedWeight(state: LinearState): tf.Tensor2D {
  const { aRI, bOR, multiplier } = sideAdapter(state);
  const scaled: tf.Tensor2D = tf.mul(bOR, multiplier);
  return tf.add(floatWeight(state), tf.matMul(scaled, aRI));
}
