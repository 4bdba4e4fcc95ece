/**
 * What training did to a layer, in the numbers that every result row prints.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { phiNamed } from "../quant/downcast/phi.ts";
import { countClampedScales } from "../quant/positive_scale.ts";
import { scaleFloor, type ScaleFormat } from "../quant/scale_format.ts";
import { type LinearState, optionalTensor, stateTensor } from "./linear_state.ts";
import type { CodedWeight, LinearWeight } from "./linear_weight.ts";
import type { LrQatForm } from "./lr_qat.ts";
import { bitsOf, runtimeNumber } from "./runtime_numbers.ts";
import { signedGrid } from "../quant/grid.ts";

/** What a layer was at its start; kept by whoever wants to compare. */
export interface LayerStart extends Disposable {
  /** The codes of round to nearest on the same range, `[O, I]`. */
  readonly codesOI: tf.Tensor2D;
  /** The scales at the start, `[O, G]`. */
  readonly scale: tf.Tensor;
}

/** How a layer differs from its start. */
export interface LayerDiagnostics {
  /** The share of codes that are not those of the start. */
  readonly changedCodes: number;
  /** The share of codes on an end of the grid. */
  readonly boundaryCodes: number;
  /** The mean of `|s / s_start - 1|`. */
  readonly scaleChange: number;
  /** Scales that are at or below the floor of their format, which the forward pass holds there. */
  readonly clampedScales: number;
}

/** Remembers a layer's codes and scales, such as those of round to nearest. */
export function rememberStart(weight: LinearWeight): LayerStart | undefined {
  const coded = codesOf(weight);
  if (!coded) return undefined;
  const [codesOI, scale] = [tf.clone(coded.codesOI), tf.clone(coded.scale)];
  return { codesOI, scale, [Symbol.dispose]: () => tf.dispose([codesOI, scale]) };
}

/**
 * Compares a merged layer with its start.
 *
 * @param weight The merged weight, which must have codes.
 * @param start What {@linkcode rememberStart} gave.
 * @param state The layer's state, for the masters of its scales.
 */
export async function diagnoseLayer(
  weight: LinearWeight,
  start: LayerStart,
  state: LinearState,
): Promise<LayerDiagnostics> {
  const coded = codesOf(weight);
  if (!coded) throw new RangeError(`Layer ${state.layer} has no codes to compare`);
  const { codesOI, bits, scale } = coded;
  const { qn, qp } = signedGrid(bits);
  const format = (state.form as { scaleFormat?: ScaleFormat } | null)?.scaleFormat ?? "float32";
  const numbers = tf.tidy(() => {
    const codes = tf.cast(codesOI, "float32");
    const share = (where: tf.Tensor) => tf.mean(tf.cast(where, "float32"));
    const master = optionalTensor(state, "s");
    return tf.stack([
      share(tf.notEqual(codes, tf.cast(start.codesOI, "float32"))),
      share(tf.logicalOr(tf.equal(codes, qn), tf.equal(codes, qp))),
      tf.mean(tf.abs(tf.sub(tf.div(scale, start.scale), 1))),
      master ? tf.cast(countClampedScales(master, scaleFloor(format)), "float32") : tf.scalar(0),
    ]);
  });
  const [changedCodes = 0, boundaryCodes = 0, scaleChange = 0, clampedScales = 0] = await numbers
    .data();
  numbers.dispose();
  return { changedCodes, boundaryCodes, scaleChange, clampedScales };
}

/** Where the values before rounding stand. */
export interface RoundingShares {
  /** The share exactly half-way between two codes: only their last bit decides. */
  readonly ties: number;
  /** The share whose rounded value lies beyond the grid, and so is clipped. */
  readonly clipped: number;
}

/** Ties and clipped values of what LR-QAT stores, which is what it rounds at the start. */
export async function storedShares(state: LinearState<LrQatForm>): Promise<RoundingShares> {
  const bits = bitsOf(state);
  const { qn, qp } = signedGrid(bits);
  const numbers = tf.tidy(() => {
    const uOI = phiNamed(state.form.phi).load(stateTensor(state, "phi"), {
      bits,
      inputs: state.shape[1],
      multiplier: runtimeNumber(state, "phiMultiplier"),
    });
    const share = (where: tf.Tensor) => tf.mean(tf.cast(where, "float32"));
    const rounded = tf.round(uOI);
    const beyond = tf.logicalOr(tf.less(rounded, qn), tf.greater(rounded, qp));
    return tf.stack([share(tf.equal(tf.sub(uOI, tf.floor(uOI)), 0.5)), share(beyond)]);
  });
  const [ties = 0, clipped = 0] = await numbers.data();
  numbers.dispose();
  return { ties, clipped };
}

function codesOf(weight: LinearWeight): CodedWeight | undefined {
  if (weight.kind === "codes") return weight;
  return weight.kind === "adapted" && weight.base.kind === "codes" ? weight.base : undefined;
}
