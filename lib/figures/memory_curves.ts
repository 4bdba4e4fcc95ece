import type { MemoryProfileRow } from "../results/memory_row.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { numberAxis } from "./number_axis.ts";
import { methodStyle } from "./palette.ts";
import { byteUnit, readableBytes } from "./readable.ts";
import { axis, frame } from "./theme.ts";

/** What a step's memory is drawn against. */
export type MemoryAbscissa = "rank" | "seq" | "batch";

/** Options for {@linkcode memoryCurves}. */
export interface MemoryCurvesOptions extends FigureOptions {
  /** The number on the x axis. */
  readonly against: MemoryAbscissa;
}

const TITLES: Readonly<Record<MemoryAbscissa, string>> = {
  rank: "rank of the adapter",
  seq: "tokens of a sequence",
  batch: "sequences of a micro-batch",
};

/**
 * The memory of training steps against rank, tokens or batch, a line a method. Give rows of one basis that
 * differ in nothing else.
 */
export function memoryCurves(
  rows: readonly MemoryProfileRow[],
  { against, ...options }: MemoryCurvesOptions,
): Figure {
  const most = Math.max(1, ...rows.map(({ total_bytes }) => total_bytes));
  const { divisor, unit } = byteUnit(most);
  const lines = [...Map.groupBy(rows, ({ method }) => method)].map(([method, own]): Trace => {
    const { label, colour, symbol, dash } = methodStyle(method);
    const sorted = own.toSorted((a, b) => a[against] - b[against]);
    return {
      type: "scatter",
      mode: "lines+markers",
      name: label,
      x: sorted.map((row) => row[against]),
      y: sorted.map((row) => row.total_bytes / divisor),
      line: { color: colour, dash },
      marker: { color: colour, symbol, size: 9 },
      hovertext: sorted.map((row) => `${row.label}: ${readableBytes(row.total_bytes)}`),
      hovertemplate: "%{hovertext}<extra></extra>",
    };
  });
  const values = rows.map((row) => row[against]);
  return {
    data: lines,
    layout: {
      ...frame({
        title: options.title ?? "Memory of a training step",
        subtitle: options.subtitle,
      }),
      xaxis: axis(TITLES[against], numberAxis(values, { isRatio: true })),
      yaxis: axis(`memory (${unit})`, { range: [0, 1.08 * most / divisor] }),
    },
  };
}
