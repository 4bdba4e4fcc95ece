import { tf } from "../engine/tf.ts";
import { signedGrid } from "../quant/grid.ts";
import { asymmRange, l4qScale, lsqPlusScale, symmScale } from "../quant/ranges/initial_scales.ts";
import type { RangeOptions } from "../quant/ranges/range_options.ts";
import { raiseScale } from "./effective_scale.ts";
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
 * L4Q's own start puts an extreme weight of every group on an end of the grid. Its scale is raised to
 * the next one that the format holds, so that neither snapping nor an inexact division clips that
 * weight: nothing is clipped at the start, as the paper wants it.
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
      return asymmRange(wOI, range);
  }
}

function withoutOffset(scale: tf.Tensor): StartScales {
  return { scale, offset: tf.zerosLike(scale) };
}
