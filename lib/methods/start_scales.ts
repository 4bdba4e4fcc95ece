import { tf } from "../engine/tf.ts";
import { signedGrid } from "../quant/grid.ts";
import { asymmRange, l4qScale, lsqPlusScale, symmScale } from "../quant/ranges/initial_scales.ts";
import { groupMax, groupMin } from "../quant/ranges/group_statistics.ts";
import type { RangeOptions } from "../quant/ranges/range_options.ts";
import { lowerOffset, raiseScale } from "./effective_scale.ts";
import type { MethodSettings } from "./settings.ts";

/** Masters of the first scale and offset, `[O, G]`. */
export interface StartScales {
  readonly scale: tf.Tensor;
  readonly offset: tf.Tensor;
}

/** What the first scales depend on. */
export type StartScaleOptions = Pick<
  MethodSettings,
  "bits" | "granularity" | "scaleStart" | "scaleFormat"
>;

/**
 * The first scale and offset of L4Q's four starts.
 *
 * L4Q's own start puts an extreme weight of every group on an end of the grid, Asymm both. Their ranges
 * are widened to numbers that the format holds, so that neither snapping nor an inexact division clips
 * these weights: nothing is clipped at the start, as the paper has it (Table 4).
 */
export function startScales(wOI: tf.Tensor2D, options: StartScaleOptions): StartScales {
  const { bits, granularity, scaleStart, scaleFormat } = options;
  const range: RangeOptions = { granularity, ...signedGrid(bits) };
  switch (scaleStart) {
    case "l4q":
      return withoutOffset(raiseScale(l4qScale(wOI, range), scaleFormat));
    case "lsq+":
      return withoutOffset(lsqPlusScale(wOI, range));
    case "symm":
      return withoutOffset(symmScale(wOI, range));
    case "asymm":
      return coveringRange(wOI, range, scaleFormat);
  }
}

/** What `(w - b) / s` in float32 may be off, in steps, for weights as large as their group is wide. */
const SLACK = 2 ** -12;

// Asymm's range from the least weight to the largest, as numbers that the format holds: the value
// `m = b + s qn` of the lowest code is not above the least weight, and the scale reaches the largest.
function coveringRange(
  wOI: tf.Tensor2D,
  range: RangeOptions,
  format: MethodSettings["scaleFormat"],
): StartScales {
  const { granularity, qn, qp } = range;
  const slack = tf.mul(asymmRange(wOI, range).scale, SLACK);
  const low = lowerOffset(tf.sub(groupMin(wOI, granularity), slack), format);
  const high = tf.add(groupMax(wOI, granularity), slack);
  const scale = raiseScale(tf.div(tf.sub(high, low), tf.sub(qp, qn)), format);
  return { scale, offset: tf.sub(low, tf.mul(scale, qn)) };
}

function withoutOffset(scale: tf.Tensor): StartScales {
  return { scale, offset: tf.zerosLike(scale) };
}
