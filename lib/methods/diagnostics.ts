/**
 * What training did to a layer, in the numbers that every result row prints.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { isInside } from "../quant/clip.ts";
import { countClampedScales } from "../quant/positive_scale.ts";
import { scaleFloor, type ScaleFormat } from "../quant/scale_format.ts";
import { type LinearState, optionalTensor } from "./linear_state.ts";
import type { CodedWeight, LinearWeight } from "./linear_weight.ts";
import type { Method } from "./method.ts";
import type { PreparedModel } from "./prepared_model.ts";
import { type LrQatForm, unroundedCodes } from "./lr_qat.ts";
import { runtimeBounds } from "./runtime_numbers.ts";
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
  /** The share of codes whose values lie beyond the grid; `null` where the codes are frozen. */
  readonly clippedCodes: number | null;
  /** The mean of `|s / s_start - 1|`. */
  readonly scaleChange: number;
  /** Scales below the floor of their format, where the forward pass holds them. */
  readonly clampedScales: number;
}

/** Remembers a layer's codes and scales, such as those of round to nearest. */
export function rememberStart(weight: LinearWeight): LayerStart | undefined {
  const coded = codesOf(weight);
  if (!coded) return undefined;
  const [codesOI, scale] = [tf.clone(coded.codesOI), tf.clone(coded.scale)];
  return { codesOI, scale, [Symbol.dispose]: () => tf.dispose([codesOI, scale]) };
}

/** What {@linkcode diagnoseLayer} compares a weight with. */
export interface DiagnoseOptions {
  /** What {@linkcode rememberStart} gave. */
  readonly start: LayerStart;
  /** The layer's state, for the masters of its scales and for what was clipped. */
  readonly state: LinearState;
  /** The method that made the state. */
  readonly method: Method;
}

/**
 * Compares a merged layer with its start.
 *
 * @param weight The merged weight.
 * @throws {RangeError} If it has no codes.
 */
export async function diagnoseLayer(
  weight: LinearWeight,
  { start, state, method }: DiagnoseOptions,
): Promise<LayerDiagnostics> {
  const coded = codesOf(weight);
  if (!coded) throw new RangeError(`Layer ${state.layer} has no codes to compare`);
  const { codesOI, bits, scale } = coded;
  const { qn, qp } = signedGrid(bits);
  const numbers = tf.tidy(() => {
    const codes = tf.cast(codesOI, "float32");
    const clipped = method.clipped?.(state);
    return tf.stack([
      share(tf.notEqual(codes, tf.cast(start.codesOI, "float32"))),
      share(tf.logicalOr(tf.equal(codes, qn), tf.equal(codes, qp))),
      tf.mean(tf.abs(tf.sub(tf.div(scale, start.scale), 1))),
      clampedOf(state),
      clipped ? share(clipped) : tf.scalar(NaN),
    ]);
  });
  const values = await numbers.data();
  numbers.dispose();
  const [changedCodes = 0, boundaryCodes = 0, scaleChange = 0, clampedScales = 0, clipped] = values;
  const clippedCodes = method.clipped ? clipped ?? null : null;
  return { changedCodes, boundaryCodes, clippedCodes, scaleChange, clampedScales };
}

/** Scales of a whole model below the floor of their format, where the forward pass holds them. */
export async function clampedScales({ states }: Pick<PreparedModel, "states">): Promise<number> {
  const count = tf.tidy(() => tf.addN([tf.scalar(0), ...[...states.values()].map(clampedOf)]));
  const [clamped = 0] = await count.data();
  count.dispose();
  return clamped;
}

/** Where the values before rounding stand. */
export interface RoundingShares {
  /** The share exactly half-way between two codes: only their last bit decides. */
  readonly ties: number;
  /** The share whose rounded value lies beyond the grid, and so is clipped. */
  readonly clipped: number;
}

/** Ties and clipped values of what LR-QAT rounds; before the first step, those of its start. */
export async function roundingShares(state: LinearState<LrQatForm>): Promise<RoundingShares> {
  const numbers = tf.tidy(() => {
    const uOI = unroundedCodes(state);
    const beyond = tf.logicalNot(isInside(tf.round(uOI), runtimeBounds(state)));
    return tf.stack([share(tf.equal(tf.sub(uOI, tf.floor(uOI)), 0.5)), share(beyond)]);
  });
  const [ties = 0, clipped = 0] = await numbers.data();
  numbers.dispose();
  return { ties, clipped };
}

function share(where: tf.Tensor): tf.Tensor {
  return tf.mean(tf.cast(where, "float32"));
}

// Scales that are not trained stay as they were made, at the floor or above.
function clampedOf(state: LinearState): tf.Tensor {
  const master = optionalTensor(state, "s");
  if (!master) return tf.scalar(0);
  const format = (state.form as { scaleFormat?: ScaleFormat } | null)?.scaleFormat ?? "float32";
  return tf.cast(countClampedScales(master, scaleFloor(format)), "float32");
}

function codesOf(weight: LinearWeight): CodedWeight | undefined {
  if (weight.kind === "codes") return weight;
  return weight.kind === "adapted" && weight.base.kind === "codes" ? weight.base : undefined;
}
