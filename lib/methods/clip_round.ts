import { tf } from "../engine/tf.ts";
import { clamp, isInside, whereInside } from "../quant/clip.ts";
import { besideGroups, joinGroups, splitLike } from "../quant/granularity.ts";
import type { Bounds } from "../quant/grid.ts";
import { dequantize } from "./dequantize.ts";
import type { HeldOffset } from "./held_offset.ts";

/** A scale and, where there is one, an offset as files hold it. */
export interface ClipRoundScales {
  /** The scale that the forward pass uses, `[O, G]`. */
  readonly scale: tf.Tensor;
  readonly held?: HeldOffset | undefined;
}

/** A weight brought to its grid: clipped, then rounded. */
export interface ClipRounded {
  readonly wOI: tf.Tensor2D;
  /** The codes `[O, I]`, as floats. */
  readonly codesOI: tf.Tensor2D;
  /** `(w - b) / s`, before clipping and rounding, `[O, G, g]`. */
  readonly ratio: tf.Tensor3D;
}

/** `c = round(clip((w - b) / s, qn, qp))`, `ŵ = s c + b`; no gradient of its own. */
export function clipRoundWeight(
  wOI: tf.Tensor2D,
  { scale, held }: ClipRoundScales,
  bounds: Bounds,
): ClipRounded {
  const ratio = groupRatio(wOI, { scale, held });
  const codesOI = joinGroups(tf.round(clamp(ratio, bounds)), wOI.shape);
  return {
    wOI: dequantize({ codesOI, scale, zero: held?.zero, offset: held?.offset }),
    codesOI,
    ratio,
  };
}

/** `(w - b) / s`, `[O, G, g]`; no gradient of its own. */
export function groupRatio(wOI: tf.Tensor2D, { scale, held }: ClipRoundScales): tf.Tensor3D {
  const w = splitLike(wOI, scale.shape);
  return tf.div<tf.Tensor3D>(held ? tf.sub(w, besideGroups(held.b)) : w, besideGroups(scale));
}

/** Where {@linkcode clipRoundWeight} clips, `[O, I]`. */
export function clippedWeights(
  wOI: tf.Tensor2D,
  scales: ClipRoundScales,
  bounds: Bounds,
): tf.Tensor2D {
  return joinGroups(tf.logicalNot(isInside(groupRatio(wOI, scales), bounds)), wOI.shape);
}

/** Gradients of {@linkcode clipRoundWeight}. */
export interface ClipRoundGradients {
  /** With respect to the weight: the upstream gradient where nothing was clipped. */
  readonly wOI: tf.Tensor2D;
  readonly scale: tf.Tensor;
  /** The sum over what was clipped, so exactly 0 where nothing was. */
  readonly offset: tf.Tensor;
}

/**
 * The gradients by LSQ's and LSQ+'s rules. With `M` where `qn <= (w-b)/s <= qp`: `dw = g M`, `ds` is
 * the group's sum of `g (c - (w-b)/s)` where `M`, else of `g c`, and `db` of `g` where not `M`.
 */
export function clipRoundGradients(
  gOI: tf.Tensor2D,
  { ratio, codesOI, shape }: Pick<ClipRounded, "ratio" | "codesOI"> & { shape: readonly number[] },
  bounds: Bounds,
): ClipRoundGradients {
  const g = splitLike(gOI, shape);
  const inside = isInside(ratio, bounds);
  const slope = tf.sub(splitLike(codesOI, shape), whereInside(ratio, inside));
  const total = (v: tf.Tensor) => tf.reshape(tf.sum(v, -1), [...shape]);
  return {
    wOI: joinGroups(whereInside(g, inside), gOI.shape),
    scale: total(tf.mul(g, slope)),
    offset: total(whereInside(g, tf.logicalNot(inside))),
  };
}
