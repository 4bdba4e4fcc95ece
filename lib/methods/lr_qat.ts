/**
 * LR-QAT (arXiv 2406.06385): a low-rank product is added to the weight in units of its grid, inside
 * the rounding.
 *
 * Forward: `u = Phi0 + (alpha/r) A B`, `c = clip(round(u), qn, qp)`, `y = x (s (c - zero))ᵀ`, where
 * `Phi0 = phi(W0 / s0)` is frozen and stored in few bits. Rounding comes first, so the gradient's mask
 * tests the rounded code: up to half a step beyond the grid is inside. With `G = dyᵀ x`, `M` where
 * `round(u)` is inside, and `D = G s M`: `dA = (alpha/r) D Bᵀ`, `dB = (alpha/r) Aᵀ D`, and
 * `ds = Σ G (c - zero)` without a `W/s` term, because the frozen `s0` divides and the learned `s`
 * multiplies.
 *
 * Kept for the backward pass besides `x`, `A`, `B` and `s`: a byte a weight, the code or one beyond the
 * grid for a code that was clipped; with `recompute` nothing. Held: `Phi0` in the type of `phi`,
 * `A [O, R]` zero and `B [R, I]` drawn, `s` `[O, G]`. Rank 0 trains scales only.
 *
 * An asymmetric grid (2 bits in the paper) has signed codes and an integer zero-point: `Phi0` is
 * `phi(W0 / s0 + zero)`.
 *
 * @module
 */
import { cast, type DType } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { type PhiName, phiNamed } from "../quant/downcast/phi.ts";
import { clamp, isInside } from "../quant/clip.ts";
import { addGroups, divideGroups, multiplyGroups, sumGroups } from "../quant/granularity.ts";
import { type Bounds, signedGrid } from "../quant/grid.ts";
import { dequantize, stepsOf } from "./dequantize.ts";
import { effectiveScale, type ScaleFormat } from "./effective_scale.ts";
import { type LinearState, makeState, optionalTensor, stateTensor } from "./linear_state.ts";
import { type CodedWeight, codedWeight } from "./linear_weight.ts";
import { startFactors } from "./lr_qat_start.ts";
import type { Method } from "./method.ts";
import { bitsOf, numbersEntry, runtimeBounds, runtimeNumber } from "./runtime_numbers.ts";
import { searchedRange } from "./searched_range.ts";
import { type MethodSettings, multiplierOf } from "./settings.ts";
import { ruledLinear, type WeightRule } from "./weight_rule.ts";

/** What is compiled in. */
export interface LrQatForm {
  readonly phi: PhiName;
  readonly scaleFormat: ScaleFormat;
  /** The type of the marked codes that are kept for the backward pass, or none. */
  readonly kept: "int8" | "int16" | "none";
  /** Bits a code where they decide how `Phi0` is packed. */
  readonly packedBits?: number;
}

/** LR-QAT. */
export const lrQat: Method<CodedWeight, LrQatForm> = {
  name: "lr-qat",
  about: "low-rank product inside the rounding, learned scales (LR-QAT)",
  merging: "exact",
  limits: {
    adapter: "optional",
    grids: ["symmetric", "asymmetric"],
    granularities: ["tensor", "channel", "group"],
  },
  defaults: {},

  prepare(wOI, context) {
    const { layer, settings } = context;
    const { bits, phi, learnScale } = settings;
    const grid = signedGrid(bits);
    const { scale, zero } = searchedRange(wOI, settings);
    const uOI = tf.tidy(() => {
      const ratio = divideGroups(wOI, scale);
      return zero ? addGroups(ratio, zero) : ratio;
    });
    const factors = startFactors(uOI, context);
    const stored = tf.tidy(() => phiNamed(phi).store(factors.restOI, grid));
    tf.dispose([uOI, factors.restOI]);
    return makeState({ layer, shape: wOI.shape, form: formOf(settings) }, {
      phi: { role: "frozen", value: stored },
      s: { role: learnScale ? "scale" : "frozen", value: scale },
      A: factors.A && { role: "adapter", value: factors.A },
      B: factors.B && { role: "adapter", value: factors.B },
      zero: zero && { role: "frozen", value: zero },
      numbers: numbersEntry({
        ...grid,
        multiplier: multiplierOf(settings),
        phiMultiplier: 2 ** (8 - bits),
      }),
    });
  },

  apply(xNI, state) {
    return ruledLinear(xNI, [scaleOf(state), ...factorsOf(state)], rule(state));
  },

  merge(state) {
    return tf.tidy(() => {
      const bounds = runtimeBounds(state);
      const zero = optionalTensor(state, "zero");
      const codesOI = clamp(roundedOI(state, factorsOf(state)), bounds);
      return codedWeight(bitsOf(state), { codesOI, scale: scaleOf(state), zero });
    });
  },

  clipped: (state) =>
    tf.tidy(() =>
      tf.logicalNot<tf.Tensor2D>(isInside(roundedOI(state, factorsOf(state)), runtimeBounds(state)))
    ),
};

function formOf({ phi, bits, rank, recompute, scaleFormat }: MethodSettings): LrQatForm {
  // Without an adapter the codes follow from Phi0, which is there anyway.
  const kept = recompute || rank === 0 ? "none" : bits === 8 ? "int16" : "int8";
  return { phi, scaleFormat, kept, ...(phi === "int" && { packedBits: bits }) };
}

function scaleOf(state: LinearState<LrQatForm>): tf.Tensor {
  return effectiveScale(stateTensor(state, "s"), state.form.scaleFormat);
}

function factorsOf(state: LinearState): tf.Tensor[] {
  return ["A", "B"].flatMap((name) => optionalTensor(state, name) ?? []);
}

/** `Phi0` as it is in the forward pass, `[O, I]`, of what is stored. */
function phi0(state: LinearState<LrQatForm>, stored: tf.Tensor): tf.Tensor2D {
  const { phi, packedBits = 8 } = state.form;
  return phiNamed(phi).load(stored, {
    bits: packedBits,
    inputs: state.shape[1],
    multiplier: runtimeNumber(state, "phiMultiplier"),
  });
}

/** `Phi0 + (alpha/r) A B`, what is rounded, in units of the grid, `[O, I]`. */
export function unroundedCodes(
  state: LinearState<LrQatForm>,
  factors: readonly tf.Tensor[] = factorsOf(state),
  stored: tf.Tensor = stateTensor(state, "phi"),
): tf.Tensor2D {
  const phiOI = phi0(state, stored);
  const [aOR, bRI] = factors as tf.Tensor2D[];
  if (!aOR || !bRI) return phiOI;
  // Multiplying the small factor leaves no product beside the sum, which a compiler may round only once.
  const scaled: tf.Tensor2D = tf.mul(aOR, runtimeNumber(state, "multiplier"));
  return tf.add(phiOI, tf.matMul(scaled, bRI));
}

function roundedOI(...of: Parameters<typeof unroundedCodes>): tf.Tensor2D {
  return tf.round(unroundedCodes(...of));
}

function rule(state: LinearState<LrQatForm>): WeightRule {
  const { kept } = state.form;
  const zero = optionalTensor(state, "zero");
  return {
    frozen: [stateTensor(state, "phi")],
    forward([scale, ...factors], [phi]) {
      const bounds = runtimeBounds(state);
      const marked = markedCodes(roundedOI(state, factors, phi), bounds);
      const held = kept === "none" ? undefined : cast(marked, kept as DType);
      const codesOI = clamp(held ? tf.cast(held as tf.Tensor2D, "float32") : marked, bounds);
      const wOI = dequantize({ codesOI, scale: scale as tf.Tensor, zero });
      return held ? { wOI, kept: [held] } : { wOI };
    },
    backward({ learned: [s, ...factors], frozen: [phi], kept: [held], gradient }) {
      const scale = s as tf.Tensor;
      const bounds = runtimeBounds(state);
      const marked = held
        ? tf.cast(held as tf.Tensor2D, "float32")
        : markedCodes(roundedOI(state, factors, phi), bounds);
      const codesOI = clamp(marked, bounds);
      const gOI = gradient();
      const ds = sumGroups(tf.mul(gOI, stepsOf(codesOI, zero)), scale.shape);
      const wOI = dequantize({ codesOI, scale, zero });
      const [aOR, bRI] = factors as tf.Tensor2D[];
      if (!aOR || !bRI) return { wOI, gradients: [ds] };
      const inside = tf.cast(tf.equal(marked, codesOI), "float32");
      const dOI = multiplyGroups(tf.mul(gOI, inside), scale);
      const multiplier = runtimeNumber(state, "multiplier");
      const dA = tf.mul(tf.matMul(dOI, bRI, false, true), multiplier);
      const dB = tf.matMul(tf.mul(aOR, multiplier) as tf.Tensor2D, dOI, true, false);
      return { wOI, gradients: [ds, dA, dB] };
    },
  };
}

// Codes beyond the grid become the one just beyond it: they have no gradient, and a byte holds them.
function markedCodes(rounded: tf.Tensor2D, { qn, qp }: Bounds): tf.Tensor2D {
  return clamp(rounded, { qn: tf.sub(qn, 1) as tf.Scalar, qp: tf.add(qp, 1) as tf.Scalar });
}
