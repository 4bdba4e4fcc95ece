import type { Figure } from "./figure.ts";
import type { Point } from "./point_traces.ts";
import { decimals } from "./statistics.ts";

/** The most that an axis of ratios shows, in parts of its least number: with more the others lie in a line. */
const MOST = 100;

/** The numbers of an axis of ratios that it has room for. */
export function onScale(values: readonly number[]): number[] {
  const top = MOST * Math.min(...values);
  return values.filter((value) => !(value > top));
}

type Note = NonNullable<Figure["layout"]["annotations"]>[number];

/** Options for {@linkcode offScaleNotes}. */
export interface OffScaleNotesOptions {
  /** The largest number that the axis shows. */
  readonly top: number;
  /** The upper end of the axis, as a part of the figure's height. */
  readonly height: number;
  /** Decimals of the numbers. */
  readonly digits: number;
}

/**
 * Numbers at the upper end of the axis for the means that lie beyond it, in their series' colour. On a
 * logarithmic x axis `x` is the logarithm, as of all annotations.
 */
export function offScaleNotes(
  series: readonly { readonly points: readonly Point[]; readonly colour: string }[],
  { top, height, digits }: OffScaleNotesOptions,
): Note[] {
  return series.flatMap(({ points, colour }) =>
    points.flatMap(({ x, cell }): Note[] => {
      const mean = cell.spread?.mean ?? 0;
      if (!(mean > top)) return [];
      return [{
        text: `↑ ${decimals(mean, digits)}`,
        font: { color: colour },
        showarrow: false,
        x,
        y: height,
        yref: "paper",
        yanchor: "top",
      }];
    })
  );
}
