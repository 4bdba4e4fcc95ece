import { tf } from "../../engine/tf.ts";
import { clamp } from "../clip.ts";
import type { Bounds } from "../grid.ts";
import { SCALE_FLOOR } from "../positive_scale.ts";
import { quotient } from "../quotient.ts";
import { groupMax, groupMaxAbs, groupMin } from "./group_statistics.ts";
import type { AffineRange, RangeOptions } from "./range_options.ts";

/** `s = max|w| / Qp`, at least 1e-8: no weight above the grid, the lowest code unused. */
export function minMaxScale(wOI: tf.Tensor, { granularity, qp }: RangeOptions): tf.Tensor {
  return tf.tidy(() => tf.maximum(quotient(groupMaxAbs(wOI, granularity), qp), SCALE_FLOOR));
}

/**
 * `lo = min(0, min w)`, `hi = max(0, max w)`, then {@linkcode affineParameters}: the range always
 * holds zero.
 */
export function minMaxRange(wOI: tf.Tensor, options: RangeOptions): AffineRange {
  return tf.tidy(() => {
    const lo = tf.minimum(groupMin(wOI, options.granularity), 0);
    const hi = tf.maximum(groupMax(wOI, options.granularity), 0);
    return affineParameters(lo, hi, options);
  });
}

/**
 * The affine quantizer of a range that holds zero: `s = (hi-lo) / (Qp-Qn)`, at least 1e-8, and
 * `z = clip(Qn + round(-lo/s), Qn, Qp)`.
 */
export function affineParameters(lo: tf.Tensor, hi: tf.Tensor, bounds: Bounds): AffineRange {
  const { qn, qp } = bounds;
  const scale = tf.maximum(quotient(tf.sub(hi, lo), tf.sub(qp, qn)), SCALE_FLOOR);
  return { scale, zero: clamp(tf.add(tf.round(tf.div(tf.neg(lo), scale)), qn), bounds) };
}
