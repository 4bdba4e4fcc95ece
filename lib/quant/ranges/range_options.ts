import type { tf } from "../../engine/tf.ts";
import type { Granularity } from "../granularity.ts";
import type { Bounds } from "../grid.ts";

/** What an estimate of a range depends on. */
export interface RangeOptions extends Bounds {
  readonly granularity: Granularity;
}

// Aliases and no interfaces: TF.js's `tidy` takes only objects with an index signature.

/** A symmetric range: scales in the shape that `scaleShape` gives. */
export type ScaleRange = { readonly scale: tf.Tensor };

/** An affine range: scales and integer zero-points (as floats) of one shape. */
export type AffineRange = ScaleRange & { readonly zero: tf.Tensor };

/** A range with a real offset. */
export type OffsetRange = ScaleRange & { readonly offset: tf.Tensor };
