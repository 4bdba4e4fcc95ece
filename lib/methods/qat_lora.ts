/**
 * QAT-LoRA, the decoupled combination that L4Q's paper compares itself to: a frozen weight quantized
 * with learned scale and offset, and a float adapter beside it.
 *
 * Forward: `Ŵ = s c + b` with `c = round(clip((W0 - b) / s, qn, qp))`, `y = x Ŵᵀ + m (x Aᵀ) Bᵀ`. `ds` and
 * `db` are those of L4Q with `G = dyᵀ x`, `dA` and `dB` those of LoRA. The adapter cannot be merged into
 * the codes ("4 & 16 bits").
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { signedGrid } from "../quant/grid.ts";
import { clippedWeights, clipRoundGradients, clipRoundWeight } from "./clip_round.ts";
import { effectiveScale, type ScaleFormat } from "./effective_scale.ts";
import { type HeldOffset, heldOffset, heldParts } from "./held_offset.ts";
import { type LinearState, makeState, stateTensor } from "./linear_state.ts";
import { type AdaptedWeight, type CodedWeight, codedWeight } from "./linear_weight.ts";
import { floatWeight, frozenWeight } from "./low_precision_weight.ts";
import type { Method } from "./method.ts";
import { bitsOf, numbersEntry, runtimeBounds } from "./runtime_numbers.ts";
import { multiplierOf } from "./settings.ts";
import { addSide, mergedSide, sideEntries } from "./side_adapter.ts";
import { startScales } from "./start_scales.ts";
import { ruledLinear, type WeightRule } from "./weight_rule.ts";

/** What is compiled in. */
export interface QatLoraForm {
  readonly scaleFormat: ScaleFormat;
}

/** QAT-LoRA. */
export const qatLora: Method<AdaptedWeight<CodedWeight>, QatLoraForm> = {
  name: "qat-lora",
  about: "learned scales and offsets over a frozen weight, a float adapter beside it (QAT-LoRA)",
  merging: "beside",
  limits: { adapter: "required", grids: ["symmetric"], granularities: ["channel", "group"] },
  // L4Q's own, so that the two start alike.
  defaults: { rank: 4, alpha: 0.5, granularity: { kind: "group", size: 128 } },

  prepare(wOI, context) {
    const { layer, settings } = context;
    const { bits, scaleFormat, learnScale } = settings;
    const { scale, offset } = startScales(wOI, settings);
    return makeState({ layer, shape: wOI.shape, form: { scaleFormat } }, {
      weight: frozenWeight(wOI, settings),
      ...sideEntries(wOI.shape, context),
      s: { role: learnScale ? "scale" : "frozen", value: scale },
      b: { role: learnScale ? "offset" : "frozen", value: offset },
      numbers: numbersEntry({ ...signedGrid(bits), multiplier: multiplierOf(settings) }),
    });
  },

  apply(xNI, state) {
    const { scale, held } = scalesOf(state);
    return addSide(ruledLinear(xNI, [scale, held.offset], rule(state)), xNI, state);
  },

  merge(state) {
    return tf.tidy(() => {
      const { scale, held } = scalesOf(state);
      const { codesOI } = clipRoundWeight(
        floatWeight(state),
        { scale, held },
        runtimeBounds(state),
      );
      const coded = { codesOI, scale, zero: held.zero, offset: held.offset };
      const base = codedWeight(bitsOf(state), coded);
      return { kind: "adapted", base, adapter: mergedSide(state) };
    });
  },

  clipped: (state) =>
    tf.tidy(() => clippedWeights(floatWeight(state), scalesOf(state), runtimeBounds(state))),

  target: (state) => tf.tidy(() => tf.clone(floatWeight(state))),
};

function scalesOf(state: LinearState<QatLoraForm>): { scale: tf.Tensor; held: HeldOffset } {
  const { scaleFormat } = state.form;
  const scale = effectiveScale(stateTensor(state, "s"), scaleFormat);
  const { qn } = runtimeBounds(state);
  return { scale, held: heldOffset(stateTensor(state, "b"), { scale, qn, scaleFormat }) };
}

function rule(state: LinearState<QatLoraForm>): WeightRule {
  const quantized = ([scale, offset]: readonly tf.Tensor[]) => {
    const bounds = runtimeBounds(state);
    const options = { scale: scale as tf.Tensor, qn: bounds.qn, ...state.form };
    const held = heldParts(offset as tf.Tensor, options);
    return clipRoundWeight(floatWeight(state), { scale: options.scale, held }, bounds);
  };
  return {
    forward: (learned) => ({ wOI: quantized(learned).wOI }),
    backward({ learned, gradient }) {
      const { wOI, ...made } = quantized(learned);
      const shape = learned[0]?.shape ?? [];
      const { scale, offset } = clipRoundGradients(
        gradient(),
        { ...made, shape },
        runtimeBounds(state),
      );
      return { wOI, gradients: [scale, offset] };
    },
  };
}
