/**
 * Reductions of `[O, I]` over its groups, into the shape of the scales.
 *
 * @module
 */
import { tf } from "../../engine/tf.ts";
import { type Granularity, scaleShape, splitGroups } from "../granularity.ts";

/** The smallest weight of each group. */
export function groupMin(wOI: tf.Tensor, granularity: Granularity): tf.Tensor {
  return reduceGroups(wOI, granularity, (w) => tf.min(w, -1));
}

/** The largest weight of each group. */
export function groupMax(wOI: tf.Tensor, granularity: Granularity): tf.Tensor {
  return reduceGroups(wOI, granularity, (w) => tf.max(w, -1));
}

/** The largest `|w|` of each group. */
export function groupMaxAbs(wOI: tf.Tensor, granularity: Granularity): tf.Tensor {
  return reduceGroups(wOI, granularity, (w) => tf.max(tf.abs(w), -1));
}

/** The mean of each group. */
export function groupMean(wOI: tf.Tensor, granularity: Granularity): tf.Tensor {
  return reduceGroups(wOI, granularity, (w) => tf.mean(w, -1));
}

/** `sum (w - mean)^2` of each group. */
export function groupSquaredDeviation(wOI: tf.Tensor, granularity: Granularity): tf.Tensor {
  return reduceGroups(
    wOI,
    granularity,
    (w) => tf.sum(tf.square(tf.sub(w, tf.mean(w, -1, true))), -1),
  );
}

/** Weights that share a scale. */
export function groupSize(wOI: tf.Tensor, granularity: Granularity): number {
  return wOI.size / scaleShape(wOI.shape, granularity).reduce((a, b) => a * b, 1);
}

function reduceGroups(
  wOI: tf.Tensor,
  granularity: Granularity,
  reduce: (wOGg: tf.Tensor3D) => tf.Tensor,
): tf.Tensor {
  const shape = scaleShape(wOI.shape, granularity);
  return tf.tidy(() => tf.reshape(reduce(splitGroups(wOI, granularity)), shape));
}
