/**
 * LSQ (Esser et al., "Learned step size quantization", ICLR 2020): quantization-aware training of the
 * whole model.
 *
 * Forward: `c = round(clip(W / s, qn, qp))`, `y = x (s c)ᵀ`; `W` `[O, I]` and `s` `[O, G]` are trained.
 * With `G = dyᵀ x` and `M` where `W/s` is inside: `dW = G M`; `ds = Σ G (c - W/s)` inside and `Σ G c`
 * outside, times `1 / sqrt(N qp)` where `lsqGradientScale` is set. LR-QAT's paper trains without.
 *
 * Kept for the backward pass besides `x`, `W` and `s`: a byte a weight, the code; with `recompute`
 * nothing. `W/s`, which also says what was clipped, is made again in either case: `W` is there anyway.
 *
 * @module
 */
import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { inType } from "../model/compute_type.ts";
import { groupSize } from "../quant/ranges/group_statistics.ts";
import { signedGrid } from "../quant/grid.ts";
import { lsqGradient } from "../quant/lsq_gradient.ts";
import {
  clippedWeights,
  type ClipRounded,
  clipRoundGradients,
  clipRoundWeight,
  groupRatio,
} from "./clip_round.ts";
import { dequantize } from "./dequantize.ts";
import { effectiveScale, type ScaleFormat } from "./effective_scale.ts";
import { type LinearState, makeState, stateTensor } from "./linear_state.ts";
import { type CodedWeight, codedWeight } from "./linear_weight.ts";
import { floatWeight, storedWeight } from "./low_precision_weight.ts";
import type { Method } from "./method.ts";
import { searchedScale } from "./searched_range.ts";
import { bitsOf, numbersEntry, runtimeBounds } from "./runtime_numbers.ts";
import { ruledLinear, type WeightRule } from "./weight_rule.ts";

/** What is compiled in. */
export interface LsqForm {
  readonly scaleFormat: ScaleFormat;
  readonly recompute: boolean;
  /** Weights that share a scale, where its gradient gets LSQ's factor. */
  readonly gradientCount?: number;
}

/** LSQ: weights and scales trained. */
export const lsq: Method<CodedWeight, LsqForm> = {
  name: "lsq",
  about: "full quantization-aware training: weights and scales (LSQ)",
  merging: "exact",
  limits: { adapter: "none", grids: ["symmetric"], granularities: ["tensor", "channel", "group"] },
  defaults: {},

  prepare(wOI, { layer, settings }) {
    const { bits, granularity, learnScale, lsqGradientScale, recompute, scaleFormat } = settings;
    const count = groupSize(wOI, granularity);
    return makeState({
      layer,
      shape: wOI.shape,
      form: { scaleFormat, recompute, ...(lsqGradientScale && { gradientCount: count }) },
    }, {
      weight: { role: "weight", value: storedWeight(wOI, settings) },
      s: { role: learnScale ? "scale" : "frozen", value: searchedScale(wOI, settings) },
      numbers: numbersEntry(signedGrid(bits)),
    });
  },

  apply(xNI, state) {
    const wOI = stateTensor<tf.Tensor2D>(state, "weight");
    return ruledLinear(xNI, [wOI, scaleOf(state)], rule(state));
  },

  merge(state) {
    return tf.tidy(() => {
      const scale = scaleOf(state);
      const wOI = floatWeight(state);
      const { codesOI } = clipRoundWeight(wOI, { scale }, runtimeBounds(state));
      return codedWeight(bitsOf(state), { codesOI, scale });
    });
  },

  clipped: (state) =>
    tf.tidy(() => {
      return clippedWeights(floatWeight(state), { scale: scaleOf(state) }, runtimeBounds(state));
    }),

  target: (state) => tf.tidy(() => tf.clone(floatWeight(state))),
};

function scaleOf(state: LinearState<LsqForm>): tf.Tensor {
  const scale = effectiveScale(stateTensor(state, "s"), state.form.scaleFormat);
  const { gradientCount: count } = state.form;
  return count ? lsqGradient(scale, { count, qp: runtimeBounds(state).qp }) : scale;
}

function rule(state: LinearState<LsqForm>): WeightRule {
  const quantized = ([wOI, scale]: readonly tf.Tensor[]) =>
    clipRoundWeight(
      inType(wOI as tf.Tensor2D, "float32"),
      { scale: scale as tf.Tensor },
      runtimeBounds(state),
    );
  return {
    forward(learned) {
      const { wOI, codesOI } = quantized(learned);
      return state.form.recompute ? { wOI } : { wOI, kept: [cast(codesOI, "int8")] };
    },
    backward({ learned, kept: [codes], gradient }) {
      const { wOI, ...made } = codes ? fromCodes(codes, learned) : quantized(learned);
      const shape = learned[1]?.shape ?? [];
      const { wOI: dwOI, scale } = clipRoundGradients(
        gradient(),
        { ...made, shape },
        runtimeBounds(state),
      );
      return { wOI, gradients: [dwOI, scale] };
    },
  };
}

function fromCodes(codes: tf.Tensor, learned: readonly tf.Tensor[]): ClipRounded {
  const [weightOI, scale] = learned as [tf.Tensor2D, tf.Tensor];
  const codesOI = tf.cast(codes as tf.Tensor2D, "float32");
  return {
    wOI: dequantize({ codesOI, scale }),
    codesOI,
    ratio: groupRatio(inType(weightOI, "float32"), { scale }),
  };
}
