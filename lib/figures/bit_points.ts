import type { RunRow } from "../results/run_row.ts";
import { cellOf, lostText } from "./cell.ts";
import type { Gap } from "./lost_strip.ts";
import type { Measure } from "./measure.ts";
import type { Point } from "./point_traces.ts";
import { belongsTo, type Series } from "./series.ts";

/** The width that the methods of one bit width share, where the next bit width is 1 away. */
const SHARED_WIDTH = 0.5;

/** The most that two neighbours stand apart: few methods stand close to their bit width. */
const LARGEST_STEP = 0.08;

/** How far a line's points stand beside their bit width, so that no line hides another. */
export function shiftOf(index: number, count: number): number {
  if (count === 1) return 0;
  return (index - (count - 1) / 2) * Math.min(LARGEST_STEP, SHARED_WIDTH / (count - 1));
}

/** A line's point at a bit width. */
export interface PlacedPoint extends Point {
  /** Whether all runs of the place are still to be done. */
  readonly isOpen: boolean;
}

/** Options for {@linkcode pointsOf}. */
export interface PointsOptions {
  readonly bits: readonly number[];
  readonly measure: Measure;
  /** The runs that are still to be done, of this line and others. */
  readonly open: readonly RunRow[];
  readonly shift: number;
}

/** The points of a line, one for each bit width of the figure, also where it has no run. */
export function pointsOf(
  series: Series,
  { bits, measure, open, shift }: PointsOptions,
): PlacedPoint[] {
  return bits.map((width, k) => {
    const runs = series.rows.filter((row) => row.bits === width);
    return {
      x: k + shift,
      cell: cellOf(runs, measure),
      place: `${width} bits`,
      isOpen: runs.length === 0 &&
        open.some((row) => row.bits === width && belongsTo(series, row)),
    };
  });
}

/** Where runs of a line were lost, or are still to be done. */
export function gapsOf({ label, style }: Series, points: readonly PlacedPoint[]): Gap[] {
  return points.flatMap(({ x, cell, place, isOpen }): Gap[] => {
    const mark = { x, colour: style.colour };
    if (cell.lost.length > 0) {
      return [{ ...mark, kind: "lost", text: `${label}, ${place}: ${lostText(cell)}` }];
    }
    if (!isOpen) return [];
    return [{ ...mark, kind: "missing", text: `${label}, ${place}: no run` }];
  });
}
