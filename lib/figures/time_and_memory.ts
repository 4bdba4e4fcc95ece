import type { RunRow } from "../results/run_row.ts";
import { type Cell, cellOf, shortestText } from "./cell.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { measureTitle, STEP_SECONDS } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { type Point, pointExtent, pointTraces } from "./point_traces.ts";
import { byteUnit, readableBytes } from "./readable.ts";
import { type Series, seriesOf } from "./series.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode timeAndMemory}. */
export interface TimeAndMemoryOptions extends FigureOptions {
  /** Bytes that the step of a run takes; `undefined` where that is not known. */
  readonly bytesOf: (row: RunRow) => number | undefined;
  /** Where the bytes come from. Default: `planned`. */
  readonly basis?: "planned" | "estimated";
}

/**
 * The time of a step against its memory, a line a method through what its backward pass makes again. Runs
 * without a time or without bytes are not drawn.
 */
export function timeAndMemory(
  rows: readonly RunRow[],
  { bytesOf, basis = "planned", ...options }: TimeAndMemoryOptions,
): Figure {
  const known = rows.filter((row) => row.step_seconds !== null && bytesOf(row) !== undefined);
  const { divisor, unit } = byteUnit(Math.max(1, ...known.map((row) => bytesOf(row) ?? 0)));
  const series = seriesOf(known, ["bits", "recompute"]).map((own) => ({
    own,
    points: pointsOf(own, { bytesOf, divisor }),
  }));
  const points = series.flatMap((line) => line.points);
  const xNumbers = numberAxis(points.map(({ x }) => x), { isRatio: true, margin: 0.12 });
  const yNumbers = numberAxis(points.flatMap((point) => pointExtent([point])), {
    isRatio: STEP_SECONDS.isRatio,
    margin: 0.15,
  });
  return withNote({
    data: series.flatMap(({ own, points }) =>
      pointTraces(points, { ...own, digits: STEP_SECONDS.digits, isJoined: true })
    ),
    layout: {
      ...frame({
        title: options.title ?? "Recomputation: time against memory",
        subtitle: options.subtitle ??
          runsText(points.map(({ cell }) => cell)),
      }),
      xaxis: axis(`memory of a step, ${basis} (${unit})`, xNumbers),
      yaxis: axis(measureTitle(STEP_SECONDS), yNumbers),
      annotations: points.map(({ x, cell, recompute }) => ({
        text: recompute,
        x: xNumbers.type === "log" ? Math.log10(x) : x,
        y: yNumbers.type === "log" ? Math.log10(cell.spread?.mean ?? 1) : cell.spread?.mean ?? 0,
        xanchor: "left" as const,
        xshift: 10,
        yshift: 8,
        showarrow: false,
        font: { size: 12, color: "#5a5a5a" },
      })),
    },
  });
}

function runsText(cells: readonly Cell[]): string {
  const others = cells.some(({ done }) => done.length > 1) ? "; faint: the others" : "";
  return shortestText(cells) + others;
}

interface RecomputedPoint extends Point {
  readonly recompute: string;
}

function pointsOf(
  { rows }: Series,
  { bytesOf, divisor }: Pick<TimeAndMemoryOptions, "bytesOf"> & { readonly divisor: number },
): readonly RecomputedPoint[] {
  const kinds = [...Map.groupBy(rows, ({ recompute }) => recompute)];
  return kinds.flatMap(([recompute, own]) => {
    const cell = cellOf(own, STEP_SECONDS);
    const [first] = own;
    if (!cell.spread || !first) return [];
    const bytes = bytesOf(first) ?? 0;
    const place = `made again: ${recompute}, ${readableBytes(bytes)}`;
    return [{ x: bytes / divisor, cell, recompute, place }];
  }).sort((a, b) => a.x - b.x);
}
