import type { RunRow } from "../results/run_row.ts";
import { cellOf, seedsText } from "./cell.ts";
import { fitLegend } from "./fit_legend.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { type Measure, measureTitle, PERPLEXITY } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { NEUTRAL } from "./palette.ts";
import { offScaleNotes, onScale } from "./off_scale.ts";
import { type Point, pointExtent, pointTraces } from "./point_traces.ts";
import { byteUnit, readableBytes } from "./readable.ts";
import { type Series, seriesOf } from "./series.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode memoryFront}. */
export interface MemoryFrontOptions extends FigureOptions {
  /** The number on the y axis; by default perplexity. */
  measure?: Measure;
}

interface SizedPoint extends Point {
  readonly bits: number;
}

/**
 * Perplexity against the bytes of the merged linear layers, a point for each method and bit width. The grey
 * steps join the points that no other beats in both.
 */
export function memoryFront(rows: readonly RunRow[], options: MemoryFrontOptions = {}): Figure {
  const { measure = PERPLEXITY } = options;
  const largest = Math.max(1, ...rows.map((row) => row.linear_bytes ?? 0));
  const { divisor, unit } = byteUnit(largest);
  const sized = rows.filter((row) => row.linear_bytes !== null);
  const series = seriesOf(sized, ["bits"]).map((own) => ({
    own,
    points: sizedPoints(own, measure, divisor),
  }));
  const points = series.flatMap(({ points }) => points);
  const drawn = series.filter(({ points }) => points.length > 0);
  const left = seriesOf(rows, ["bits"]).length - drawn.length;
  const front = frontOf(points, measure.better);
  const xNumbers = numberAxis(points.map(({ x }) => x), { isRatio: true, margin: 0.1 });
  const extent = points.flatMap((point) => pointExtent([point]));
  const shown = measure.isRatio ? onScale(extent) : extent;
  const yNumbers = numberAxis(shown, { isRatio: measure.isRatio, margin: 0.12 });
  const isXLog = xNumbers.type === "log";
  const offScale = offScaleNotes(
    drawn.map(({ own, points }) => ({
      colour: own.style.colour,
      points: isXLog ? points.map((point) => ({ ...point, x: Math.log10(point.x) })) : points,
    })),
    { top: Math.max(...shown), height: 1, digits: measure.digits },
  );
  const seeds = seedsText(points.map(({ cell }) => cell));
  return fitLegend(withNote({
    data: [
      frontTrace(front),
      ...drawn.flatMap(({ own, points }) =>
        pointTraces(points, {
          ...own,
          digits: measure.digits,
          isJoined: false,
        })
      ),
    ],
    layout: {
      ...frame({
        title: options.title ?? "Quality against size",
        subtitle: options.subtitle ??
          `${seeds}${left > 0 ? `; without a result: ${left} of the series` : ""}`,
      }),
      xaxis: axis(`merged linear layers (${unit})`, xNumbers),
      yaxis: axis(measureTitle(measure), yNumbers),
      annotations: [
        ...bitsNotes(front, { isXLog, isYLog: yNumbers.type === "log", better: measure.better }),
        ...offScale,
      ],
    },
  }));
}

function sizedPoints(series: Series, measure: Measure, divisor: number): SizedPoint[] {
  const byBits = [...Map.groupBy(series.rows, (row) => row.bits)].sort(([a], [b]) => a - b);
  return byBits.flatMap(([bits, rows]) => {
    const cell = cellOf(rows, measure);
    const bytes = cell.done[0]?.row.linear_bytes;
    if (bytes === null || bytes === undefined) return [];
    return [{ x: bytes / divisor, cell, bits, place: `${bits} bits, ${readableBytes(bytes)}` }];
  });
}

/** The points that no other beats in both size and value, by size. */
function frontOf(points: readonly SizedPoint[], better: Measure["better"]): SizedPoint[] {
  const sign = better === "lower" ? 1 : -1;
  const value = ({ cell }: SizedPoint) => sign * (cell.spread?.mean ?? Infinity);
  const sorted = points.toSorted((a, b) => a.x - b.x || value(a) - value(b));
  let best = Infinity;
  return sorted.filter((point) => {
    const isBetter = value(point) < best;
    best = Math.min(best, value(point));
    return isBetter;
  });
}

function frontTrace(front: readonly SizedPoint[]): Trace {
  return {
    type: "scatter",
    mode: "lines",
    name: "best for its size",
    x: front.map(({ x }) => x),
    y: front.map(({ cell }) => cell.spread?.mean ?? null),
    line: { shape: "hv", color: NEUTRAL, width: 1.5, dash: "dot" },
    hoverinfo: "skip",
  };
}

// An annotation on a logarithmic axis is placed by the logarithm.
function bitsNotes(
  front: readonly SizedPoint[],
  { isXLog, isYLog, better }: { isXLog: boolean; isYLog: boolean; better: Measure["better"] },
): NonNullable<Figure["layout"]["annotations"]> {
  return front.map(({ x, bits, cell }) => ({
    text: `${bits} bits`,
    x: isXLog ? Math.log10(x) : x,
    y: isYLog ? Math.log10(cell.spread?.mean ?? 1) : cell.spread?.mean ?? 0,
    yshift: better === "lower" ? -18 : 18,
    showarrow: false,
    font: { size: 12, color: "#5a5a5a" },
  }));
}
