import type { Axis } from "./theme.ts";

// From this ratio on, a linear axis would crowd the good values into its lowest fifth.
const WIDE = 5;
const STEPS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]] as const;

/** Options for {@linkcode numberAxis}. */
export interface NumberAxisOptions {
  /** Whether a wide range is drawn on a logarithmic axis. */
  isRatio: boolean;
  /** Writes a tick's number; by default with as many decimals as it needs. */
  text?: (value: number) => string;
  /** The empty part at both ends, in parts of the range; by default 0.06. */
  margin?: number;
}

/** Whether the values are drawn on a logarithmic axis: all above zero, and the largest 5 times the least. */
export function isWide(values: readonly number[]): boolean {
  const finite = values.filter(Number.isFinite);
  return finite.length > 0 && Math.min(...finite) > 0 &&
    Math.max(...finite) / Math.min(...finite) >= WIDE;
}

/**
 * The range of an axis that shows all the values and little else, linear or logarithmic. A logarithmic
 * one has ticks of its own, as Plotly's have too few labels for a range of a decade or two.
 */
export function numberAxis(values: readonly number[], options: NumberAxisOptions): Partial<Axis> {
  const { isRatio, margin = 0.06 } = options;
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return {};
  const isLog = isRatio && isWide(finite);
  const scaled = isLog ? finite.map(Math.log10) : finite;
  const [low, high] = [Math.min(...scaled), Math.max(...scaled)];
  const gap = margin * (high - low || Math.abs(high) || 1);
  const range: [number, number] = [low - gap, high + gap];
  if (!isLog) return { range };
  const tickvals = logTicks(range);
  const text = options.text ?? tickText;
  return { type: "log", range, tickmode: "array", tickvals, ticktext: tickvals.map(text) };
}

/** Round numbers for the ticks of a logarithmic axis, from a range given as powers of ten. */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const fits = STEPS.map((steps) => ticksBy(steps, low, high)).filter((ticks) => ticks.length <= 9);
  return fits.at(-1) ??
    ticksBy([1], low, high).filter((_, k, all) => k % Math.ceil(all.length / 8) === 0);
}

function ticksBy(steps: readonly number[], low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const step of steps) {
      // By a power's text, as 10 ** -1 * 3 is not 0.3.
      const value = Number(`${step}e${power}`);
      if (Math.log10(value) >= low && Math.log10(value) <= high) ticks.push(value);
    }
  }
  return ticks;
}

function tickText(value: number): string {
  return value >= 1e5 ? value.toExponential().replace("e+", "e") : String(value);
}
