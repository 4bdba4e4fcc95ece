/**
 * Integer codes that nothing changes, packed as in files: the base of RTN, PEQA and QLoRA*.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { affineCodes } from "../quant/fake_quantize.ts";
import { sumGroups } from "../quant/granularity.ts";
import { signedGrid } from "../quant/grid.ts";
import { packCodes, unpackCodes } from "../quant/packing/device.ts";
import { dequantize, stepsOf } from "./dequantize.ts";
import { effectiveScale, type ScaleFormat } from "./effective_scale.ts";
import { type LinearState, optionalTensor, type StateEntry, stateTensor } from "./linear_state.ts";
import { type CodedWeight, codedWeight, frozenRule } from "./linear_weight.ts";
import { searchedRange } from "./searched_range.ts";
import type { MethodSettings } from "./settings.ts";
import type { WeightRule } from "./weight_rule.ts";

/** What is compiled in. */
export interface FrozenCodesForm {
  /** Bits a code, which decide how codes are packed. */
  readonly bits: number;
  readonly scaleFormat: ScaleFormat;
}

/** Rounds a weight to nearest on its searched range; `s` is trained where the method says so. */
export function frozenCodesEntries(
  wOI: tf.Tensor2D,
  settings: MethodSettings,
  scaleRole: "scale" | "frozen",
): Readonly<Record<string, StateEntry | undefined>> {
  const { scale, zero } = searchedRange(wOI, settings);
  const codes = tf.tidy(() => {
    const options = { ...signedGrid(settings.bits), ...(zero && { zero }) };
    return packCodes(affineCodes(wOI, scale, options), settings.bits);
  });
  return {
    codes: { role: "frozen", value: codes },
    s: { role: scaleRole, value: scale },
    zero: zero && { role: "frozen", value: zero },
  };
}

/** The codes as floats, `[O, I]`. */
export function frozenCodes(
  state: LinearState<FrozenCodesForm>,
  stored: tf.Tensor = stateTensor(state, "codes"),
): tf.Tensor2D {
  const [, inputs] = state.shape;
  const form = { bits: state.form.bits, inputs, signed: true };
  return tf.cast(unpackCodes(stored, form), "float32");
}

/** The scale that the forward pass uses. */
export function frozenCodesScale(state: LinearState<FrozenCodesForm>): tf.Tensor {
  return effectiveScale(stateTensor(state, "s"), state.form.scaleFormat);
}

/** `Ŵ = s (code - zero)` with the scale learned: `ds = Σ G (code - zero)`. Codes are unpacked twice. */
export function frozenCodesRule(state: LinearState<FrozenCodesForm>): WeightRule {
  const made = (scale: tf.Tensor, stored: tf.Tensor | undefined) => {
    const [codesOI, zero] = [frozenCodes(state, stored), optionalTensor(state, "zero")];
    return { wOI: dequantize({ codesOI, scale, zero }), stepsOI: stepsOf(codesOI, zero) };
  };
  return {
    frozen: [stateTensor(state, "codes")],
    forward: ([scale], [stored]) => ({ wOI: made(scale as tf.Tensor, stored).wOI }),
    backward({ learned: [scale], frozen: [stored], gradient }) {
      const { wOI, stepsOI } = made(scale as tf.Tensor, stored);
      const ds = sumGroups(tf.mul(gradient(), stepsOI), scale?.shape ?? []);
      return { wOI, gradients: [ds] };
    },
  };
}

/** `Ŵ = s (code - zero)` that nothing changes. */
export function constantCodesRule(state: LinearState<FrozenCodesForm>): WeightRule {
  return frozenRule([stateTensor(state, "codes")], ([stored]) =>
    dequantize({
      codesOI: frozenCodes(state, stored),
      scale: frozenCodesScale(state),
      zero: optionalTensor(state, "zero"),
    }));
}

/** The state as a weight for deployment. */
export function mergedCodes(state: LinearState<FrozenCodesForm>): CodedWeight {
  return tf.tidy(() =>
    codedWeight(state.form.bits, {
      codesOI: frozenCodes(state),
      scale: frozenCodesScale(state),
      zero: optionalTensor(state, "zero"),
    })
  );
}
