/** Weights and the grid that they are rounded to. */
export interface GriddedWeights {
  /** The weights, row-major; as float numbers, before rounding. */
  readonly weights: Float32Array;
  /** The scales, each for an equal run of neighbouring weights: one, one a row, or one a group. */
  readonly scales: Float32Array;
  /** The codes that the weights have, where they are not `round(w / s)`. */
  readonly codes?: ArrayLike<number>;
  /** The least and the largest code. */
  readonly min: number;
  readonly max: number;
}

/** A histogram of `w / s` and the use of each code. */
export interface GridBins {
  readonly min: number;
  readonly max: number;
  /** The width of a bin, in codes. */
  readonly width: number;
  /** The bins' left edges and, last, the right edge of all. */
  readonly edges: number[];
  /** The share of weights in each bin, in percent. */
  readonly shares: number[];
  readonly codes: number[];
  /** The share of weights that each code holds, in percent. */
  readonly codeShares: number[];
  /** What brings a code's share to the height of the bins around it: bins to a code, from the other side. */
  readonly codeScale: number;
  /** The share of weights beyond the grid, 0 to 1. */
  readonly clipped: number;
}

/** Weights further out than this many grids count into the last bin, so that one outlier squeezes nothing. */
const REACH = 1;
const MOST_BINS = 160;

/**
 * Counts weights over their scales.
 *
 * @throws {RangeError} If the weights are no whole number of runs for the scales, a scale is not above
 * zero, there are not as many codes as weights, or the grid is no range of whole numbers.
 */
export function gridBins({ weights, scales, codes, min, max }: GriddedWeights): GridBins {
  requireFit({ weights, scales, min, max, ...(codes && { codes }) });
  const run = weights.length / scales.length;
  const reach = REACH * (max - min + 1);
  const extent = extentOf(weights, scales, [min - 0.5, max + 0.5]);
  // Whole codes, so that no bin lies on both sides of a rounding boundary.
  const low = Math.floor(Math.max(extent[0], min - reach)) - 0.5;
  const high = Math.ceil(Math.min(extent[1], max + reach)) + 0.5;
  const perCode = [16, 8, 4, 2].find((count) => count * (high - low) <= MOST_BINS) ?? 1;
  const counts = new Float64Array(Math.round((high - low) * perCode));
  const codeCounts = new Float64Array(max - min + 1);
  let clipped = 0;
  for (let k = 0; k < weights.length; k++) {
    const ratio = weights[k]! / scales[Math.floor(k / run)]!;
    const bin = Math.floor((ratio - low) * perCode);
    counts[Math.min(Math.max(bin, 0), counts.length - 1)]!++;
    const code = codes ? codes[k]! : Math.round(Math.min(Math.max(ratio, min), max));
    codeCounts[Math.min(Math.max(code, min), max) - min]!++;
    if (ratio < min - 0.5 || ratio > max + 0.5) clipped++;
  }
  const share = (count: number) => 100 * count / weights.length;
  return {
    min,
    max,
    width: 1 / perCode,
    edges: Array.from({ length: counts.length + 1 }, (_, k) => low + k / perCode),
    shares: Array.from(counts, share),
    codes: Array.from(codeCounts, (_, k) => min + k),
    codeShares: Array.from(codeCounts, share),
    codeScale: 1 / perCode,
    clipped: clipped / weights.length,
  };
}

function extentOf(
  weights: Float32Array,
  scales: Float32Array,
  [low, high]: [number, number],
): [number, number] {
  const run = weights.length / scales.length;
  let [least, most] = [low + 0.5, high - 0.5];
  for (let k = 0; k < weights.length; k++) {
    const ratio = weights[k]! / scales[Math.floor(k / run)]!;
    if (ratio < least) least = ratio;
    if (ratio > most) most = ratio;
  }
  return [least, most];
}

function requireFit({ weights, scales, codes, min, max }: GriddedWeights): void {
  const complain = (text: string) => {
    throw new RangeError(`Cannot draw weights on a grid: ${text}`);
  };
  if (weights.length === 0 || scales.length === 0 || weights.length % scales.length !== 0) {
    complain(`${weights.length} weights are no whole number of runs for ${scales.length} scales`);
  }
  if (!scales.every((scale) => scale > 0 && scale < Infinity)) {
    complain("scales must be above zero");
  }
  if (codes && codes.length !== weights.length) {
    complain(`${codes.length} codes do not fit ${weights.length} weights`);
  }
  if (!Number.isInteger(min) || !Number.isInteger(max) || min >= max || max - min > 255) {
    complain(
      `'min' and 'max' must be whole numbers at most 255 apart: current values are ${min} and ${max}`,
    );
  }
}
