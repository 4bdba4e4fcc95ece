/**
 * L4Q (arXiv 2402.04902): the quantizer stands around the sum of weight and adapter.
 *
 * Forward: `w = (W0 + m B A - b) / s`, `c = round(clip(w, qn, qp))`, `y = x (s c + b)ᵀ`. Clipping comes
 * first, so the gradient's mask tests the unrounded `w`. With `G = dyᵀ x` and `M` where `w` is inside:
 * `dA = m Bᵀ (G M)`, `dB = m (G M) Aᵀ`, `ds = Σ G (c - w)` inside and `Σ G c` outside, `db = Σ G`
 * outside; exactly 0 where nothing is clipped, as at the start.
 *
 * Kept for the backward pass: `x` and the parameters. The weight, its codes and its gradient are made
 * again there and go with the layer, so one layer's `[O, I]` gradient is alive at a time.
 *
 * Held: `W0` in float, `A [R, I]`, `B [O, R]`, and `s` and `b` `[O, G]`. The multiplier `m` is the
 * paper's whole `alpha`. LR-QAT differs: its product is in units of the scale, and it rounds first.
 *
 * The first version of the paper warmed the adapter up in full precision; `warmup` does that, until
 * {@linkcode endWarmup}.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { clippedWeights, clipRoundGradients, clipRoundWeight } from "./clip_round.ts";
import { effectiveScale, type ScaleFormat } from "./effective_scale.ts";
import { type HeldOffset, heldOffset, heldParts } from "./held_offset.ts";
import { type LinearState, makeState, stateTensor } from "./linear_state.ts";
import { type CodedWeight, codedWeight } from "./linear_weight.ts";
import { kaimingFactor, outputFactor } from "./low_rank.ts";
import { floatWeight, frozenWeight } from "./low_precision_weight.ts";
import type { Method } from "./method.ts";
import {
  bitsOf,
  hostNumber,
  numbersEntry,
  runtimeBounds,
  runtimeNumber,
  setRuntimeNumber,
} from "./runtime_numbers.ts";
import { type MethodSettings, multiplierOf } from "./settings.ts";
import { signedGrid } from "../quant/grid.ts";
import { type Granularity } from "../quant/granularity.ts";
import { startScales } from "./start_scales.ts";
import { ruledLinear, type WeightRule } from "./weight_rule.ts";

/** What is compiled in. */
export interface L4qForm {
  readonly scaleFormat: ScaleFormat;
  /** Whether the layer can be in full precision for a while. */
  readonly warmup: boolean;
  readonly scaleStart: MethodSettings["scaleStart"];
  readonly granularity: Granularity;
}

/** L4Q. */
export const l4q: Method<CodedWeight, L4qForm> = {
  name: "l4q",
  about: "quantizer around weight and adapter, learned scales and offsets (L4Q)",
  merging: "exact",
  limits: { adapter: "required", grids: ["symmetric"], granularities: ["channel", "group"] },
  // The paper's rank; its first version gives alpha as 1/(2r), and later ones give none.
  defaults: { rank: 4, alpha: 0.5, granularity: { kind: "group", size: 128 } },

  prepare(wOI, { layer, settings }) {
    const [outputs, inputs] = wOI.shape;
    const { bits, rank, seed, adapterDeviation, warmup, scaleStart, granularity } = settings;
    const { scaleFormat, learnScale } = settings;
    const { scale, offset } = startScales(wOI, settings);
    const role = <R extends string>(learned: R) => learnScale ? learned : "frozen";
    return makeState({
      layer,
      shape: wOI.shape,
      form: { scaleFormat, warmup, scaleStart, granularity },
    }, {
      weight: frozenWeight(wOI, settings),
      A: { role: "adapter", value: kaimingFactor([rank, inputs], { layer, seed }) },
      B: {
        role: "adapter",
        value: outputFactor([outputs, rank], { layer, seed, deviation: adapterDeviation }),
      },
      s: { role: role("scale"), value: scale },
      b: { role: role("offset"), value: offset },
      numbers: numbersEntry({
        ...signedGrid(bits),
        multiplier: multiplierOf(settings),
        quantize: warmup ? 0 : 1,
      }),
    });
  },

  apply(xNI, state) {
    const { scale, held } = scalesOf(state);
    const learned = [stateTensor(state, "A"), stateTensor(state, "B"), scale, held.offset];
    return ruledLinear(xNI, learned, state.form.warmup ? warmRule(state) : rule(state));
  },

  merge(state) {
    requireQuantized(state);
    return tf.tidy(() => {
      const { scale, held } = scalesOf(state);
      const { codesOI } = clipRoundWeight(
        trainedWeight(state),
        { scale, held },
        runtimeBounds(state),
      );
      return codedWeight(bitsOf(state), { codesOI, scale, zero: held.zero, offset: held.offset });
    });
  },

  clipped: (state) =>
    tf.tidy(() => clippedWeights(trainedWeight(state), scalesOf(state), runtimeBounds(state))),

  target: (state) => tf.tidy(() => tf.clone(trainedWeight(state))),
};

/**
 * Ends a warm-up: finds scales and offsets for the weight with its trained adapter, and quantizes
 * from now on. Compiled steps stay.
 *
 * @throws {RangeError} If the layer was not prepared for a warm-up.
 */
export function endWarmup(state: LinearState<L4qForm>): void {
  if (!state.form.warmup) {
    throw new RangeError(`Layer ${state.layer} has no warm-up: prepare it with 'warmup' set`);
  }
  tf.tidy(() => {
    const { scale, offset } = startScales(trainedWeight(state), {
      ...state.form,
      bits: bitsOf(state),
    });
    stateTensor<tf.Variable>(state, "s").assign(scale);
    stateTensor<tf.Variable>(state, "b").assign(offset);
  });
  setRuntimeNumber(state, "quantize", 1);
}

function requireQuantized(state: LinearState<L4qForm>): void {
  if (!state.form.warmup) return;
  if (hostNumber(state, "quantize") !== 0) return;
  throw new RangeError(`Layer ${state.layer} still warms up: call endWarmup before merging it`);
}

/** `W0 + m B A` of the trained factors. */
function trainedWeight(state: LinearState): tf.Tensor2D {
  return combinedWeight(state, stateTensor(state, "A"), stateTensor(state, "B"));
}

// Multiplying the small factor leaves no product beside a sum, which a compiler may round only once.
function combinedWeight(state: LinearState, aRI: tf.Tensor, bOR: tf.Tensor): tf.Tensor2D {
  const scaled: tf.Tensor2D = tf.mul(bOR, runtimeNumber(state, "multiplier"));
  return tf.add(floatWeight(state), tf.matMul(scaled, aRI as tf.Tensor2D));
}

function scalesOf(state: LinearState<L4qForm>): { scale: tf.Tensor; held: HeldOffset } {
  const { scaleFormat } = state.form;
  const scale = effectiveScale(stateTensor(state, "s"), scaleFormat);
  const { qn } = runtimeBounds(state);
  return { scale, held: heldOffset(stateTensor(state, "b"), { scale, qn, scaleFormat }) };
}

type Learned = readonly [aRI: tf.Tensor2D, bOR: tf.Tensor2D, scale: tf.Tensor, offset: tf.Tensor];

function rule(state: LinearState<L4qForm>): WeightRule {
  const quantized = (learned: readonly tf.Tensor[]) => {
    const [aRI, bOR, scale, offset] = learned as Learned;
    const bounds = runtimeBounds(state);
    const held = heldParts(offset, { scale, qn: bounds.qn, scaleFormat: state.form.scaleFormat });
    return clipRoundWeight(combinedWeight(state, aRI, bOR), { scale, held }, bounds);
  };
  return {
    forward: (learned) => ({ wOI: quantized(learned).wOI }),
    backward({ learned, gradient }) {
      const [aRI, bOR, scale] = learned as Learned;
      const { wOI, ...made } = quantized(learned);
      const { wOI: dwOI, scale: ds, offset: db } = clipRoundGradients(
        gradient(),
        { ...made, shape: scale.shape },
        runtimeBounds(state),
      );
      return { wOI, gradients: [...factorGradients(state, dwOI, { aRI, bOR }), ds, db] };
    },
  };
}

// The same layer, in full precision while the number `quantize` is 0.
function warmRule(state: LinearState<L4qForm>): WeightRule {
  const quantized = rule(state);
  const choose = <T extends tf.Tensor>(now: T, warm: T): T =>
    tf.where(tf.greater(runtimeNumber(state, "quantize"), 0), now, warm);
  return {
    forward(learned) {
      const [aRI, bOR] = learned as Learned;
      return { wOI: choose(quantized.forward(learned, []).wOI, combinedWeight(state, aRI, bOR)) };
    },
    backward(pass) {
      const [aRI, bOR] = pass.learned as Learned;
      const { wOI, gradients } = quantized.backward(pass);
      const warm = factorGradients(state, pass.gradient(), { aRI, bOR });
      return {
        wOI: choose(wOI, combinedWeight(state, aRI, bOR)),
        gradients: gradients.map((now, i) => choose(now, warm[i] ?? tf.zerosLike(now))),
      };
    },
  };
}

function factorGradients(
  state: LinearState,
  dwOI: tf.Tensor2D,
  { aRI, bOR }: { readonly aRI: tf.Tensor2D; readonly bOR: tf.Tensor2D },
): tf.Tensor[] {
  const multiplier = runtimeNumber(state, "multiplier");
  return [
    tf.matMul(tf.mul(bOR, multiplier) as tf.Tensor2D, dwOI, true, false),
    tf.mul(tf.matMul(dwOI, aRI, false, true), multiplier),
  ];
}
