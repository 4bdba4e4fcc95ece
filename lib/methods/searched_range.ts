import { tf } from "../engine/tf.ts";
import { signedGrid } from "../quant/grid.ts";
import { lpRange, lpScale } from "../quant/ranges/lp_search.ts";
import { effectiveScale } from "./effective_scale.ts";
import type { MethodSettings } from "./settings.ts";

/** What a range search depends on. */
export type SearchSettings = Pick<
  MethodSettings,
  "bits" | "granularity" | "grid" | "rangeExponent" | "rangeCandidates" | "scaleFormat"
>;

/** A searched range: scales that the format holds, and zero-points of an asymmetric grid. */
export interface SearchedRange {
  readonly scale: tf.Tensor;
  /** Integers that signed codes count from, `[O, G]`. */
  readonly zero?: tf.Tensor;
}

/**
 * The range of the smallest `Σ |w - Q(w)|^p`, snapped to the scale format: the base of RTN and of
 * every method that starts from it, so that all of them start from the same codes.
 */
export function searchedRange(wOI: tf.Tensor2D, settings: SearchSettings): SearchedRange {
  const { bits, granularity, grid, rangeExponent: p, rangeCandidates, scaleFormat } = settings;
  const options = { ...signedGrid(bits), granularity, p, candidates: rangeCandidates };
  return tf.tidy(() => {
    const found = grid === "symmetric" ? lpScale(wOI, options) : lpRange(wOI, options);
    const scale = effectiveScale(found.scale, scaleFormat);
    return "zero" in found ? { scale, zero: found.zero as tf.Tensor } : { scale };
  });
}

/** The scale alone, of a symmetric grid. */
export function searchedScale(wOI: tf.Tensor2D, settings: SearchSettings): tf.Tensor {
  return searchedRange(wOI, { ...settings, grid: "symmetric" }).scale;
}
