/**
 * The initial scales (and offsets) that L4Q's paper compares, and LSQ's. Grids are signed. Every scale
 * is at least 1e-8, so that a group of zeros has a scale too.
 *
 * @module
 */
import { tf } from "../../engine/tf.ts";
import { SCALE_FLOOR } from "../positive_scale.ts";
import { quotient } from "../quotient.ts";
import {
  groupMax,
  groupMaxAbs,
  groupMean,
  groupMin,
  groupSize,
  groupSquaredDeviation,
} from "./group_statistics.ts";
import type { OffsetRange, RangeOptions } from "./range_options.ts";

/** L4Q: `s = max(|min w / Qn|, |max w / Qp|)`; one weight a group is exactly on an end of the grid. */
export function l4qScale(wOI: tf.Tensor, { granularity, qn, qp }: RangeOptions): tf.Tensor {
  return tf.tidy(() => {
    const down = tf.abs(quotient(groupMin(wOI, granularity), qn));
    const up = tf.abs(quotient(groupMax(wOI, granularity), qp));
    return atLeastFloor(tf.maximum(down, up));
  });
}

/** Options of {@linkcode lsqPlusScale}. */
export interface LsqPlusOptions extends RangeOptions {
  /** Divide the squared deviations by `N` instead of `N - 1`; false by default. */
  readonly population?: boolean;
}

/** LSQ+: `s = max(|mean - 3 sigma|, |mean + 3 sigma|) / 2^(b-1)`. */
export function lsqPlusScale(wOI: tf.Tensor, options: LsqPlusOptions): tf.Tensor {
  const { granularity, qn, population = false } = options;
  const count = groupSize(wOI, granularity);
  return tf.tidy(() => {
    const mean = groupMean(wOI, granularity);
    const divisor = population ? count : Math.max(1, count - 1);
    const sigma = tf.sqrt(quotient(groupSquaredDeviation(wOI, granularity), divisor));
    // max(|m - d|, |m + d|) is |m| + d for d >= 0.
    const reach = tf.add(tf.abs(mean), tf.mul(3, sigma));
    return atLeastFloor(quotient(reach, tf.abs(qn)));
  });
}

/** Symm: `s = max|w| / 2^(b-1)`; a positive maximum is clipped. */
export function symmScale(wOI: tf.Tensor, { granularity, qn }: RangeOptions): tf.Tensor {
  return tf.tidy(() => atLeastFloor(quotient(groupMaxAbs(wOI, granularity), tf.abs(qn))));
}

/** Asymm: `s = (max w - min w) / (Qp - Qn)`, `b = max w - s Qp`. */
export function asymmRange(wOI: tf.Tensor, { granularity, qn, qp }: RangeOptions): OffsetRange {
  return tf.tidy(() => {
    const [low, high] = [groupMin(wOI, granularity), groupMax(wOI, granularity)];
    const scale = atLeastFloor(quotient(tf.sub(high, low), tf.sub(qp, qn)));
    return { scale, offset: tf.sub(high, tf.mul(scale, qp)) };
  });
}

/** LSQ: `s = 2 mean|w| / sqrt(Qp)`. */
export function lsqScale(wOI: tf.Tensor, { granularity, qp }: RangeOptions): tf.Tensor {
  return tf.tidy(() => {
    const mean = groupMean(tf.abs(wOI), granularity);
    return atLeastFloor(quotient(tf.mul(2, mean), tf.sqrt(qp)));
  });
}

function atLeastFloor(s: tf.Tensor): tf.Tensor {
  return tf.maximum(s, SCALE_FLOOR);
}
