/** A sample in short: its mean and spread, or the {@linkcode least} of it. */
export interface Spread {
  /** The mean; for times, the least. */
  readonly mean: number;
  /** The sample's standard deviation, with `n - 1` below; `null` for a single value. */
  readonly std: number | null;
  readonly count: number;
}

/** Mean and standard deviation of the values, or `null` where there are none. */
export function spread(values: readonly number[]): Spread | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, std: null, count };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / (count - 1)), count };
}

/**
 * The least of the values, or `null` where there are none. It stands for times, to which whatever else a
 * machine does only adds: their mean would tell how busy it was.
 */
export function least(values: readonly number[]): Spread | null {
  return values.length === 0
    ? null
    : { mean: Math.min(...values), std: null, count: values.length };
}

/** `mean ± std`, or the mean alone, to `digits` decimals. */
export function spreadText({ mean, std }: Spread, digits: number): string {
  return std === null
    ? decimals(mean, digits)
    : `${decimals(mean, digits)} ± ${decimals(std, digits)}`;
}

/** A number of this many decimals; large ones by three significant digits. */
export function decimals(value: number, digits: number): string {
  if (Math.abs(value) < 1000) return value.toFixed(digits);
  return Math.abs(value) < 1e5 ? value.toFixed(0) : value.toExponential(1).replace("e+", "e");
}
