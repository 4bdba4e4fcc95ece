import type { RunRow } from "../results/run_row.ts";
import { barFill } from "./bar_traces.ts";
import { type Cell, cellOf, lostStatus, shortestText } from "./cell.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { STEP_SECONDS } from "./measure.ts";
import { NEUTRAL } from "./palette.ts";
import { wrapped } from "./readable.ts";
import { seriesOf } from "./series.ts";
import { decimals } from "./statistics.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/**
 * Seconds of the median training step, a bar a method, over bits and seeds together: these do not change
 * what a step computes. It is the shortest of the runs, as other work on a machine only adds. A method
 * without a time has a note and no bar.
 */
export function stepTimes(rows: readonly RunRow[], options: FigureOptions = {}): Figure {
  const bars = seriesOf(rows, ["bits"]).map((series, k) => ({
    series,
    place: k,
    cell: cellOf(series.rows, STEP_SECONDS),
  }));
  const timed = bars.flatMap(({ cell, ...bar }) =>
    cell.spread ? [{ ...bar, cell, spread: cell.spread }] : []
  );
  const longest = Math.max(0, ...timed.map(({ spread }) => spread.mean));
  return withNote({
    data: timed.map(({ series, place, cell, spread }): Trace => ({
      type: "bar",
      orientation: "h",
      showlegend: false,
      y: [place],
      x: [spread.mean],
      marker: barFill(series.style.colour, series.style.hatch),
      hovertext: [`${wrapped(series.label)}<br>${timesText(cell)}`],
      hovertemplate: "%{hovertext}<extra></extra>",
    })),
    layout: {
      ...frame({
        title: options.title ?? "Time of a training step",
        subtitle: options.subtitle ?? shortestText(timed.map(({ cell }) => cell)),
        height: Math.max(360, 170 + 44 * bars.length),
      }),
      bargap: 0.35,
      xaxis: axis("median step (s)", { range: [0, 1.3 * (longest || 1)] }),
      yaxis: axis("", {
        range: [bars.length - 0.5, -0.5],
        tickmode: "array",
        tickvals: bars.map(({ place }) => place),
        ticktext: bars.map(({ series }) => `${wrapped(series.label, 30)} `),
        showgrid: false,
        ticks: "",
      }),
      annotations: [
        ...timed.map(({ spread, place }) => ({
          text: decimals(spread.mean, STEP_SECONDS.digits),
          x: spread.mean,
          y: place,
          xanchor: "left" as const,
          xshift: 8,
          showarrow: false,
        })),
        ...bars.filter(({ cell }) => cell.spread === null).map(({ cell, place }) => ({
          text: cell.lost.length > 0 ? lostStatus(cell) : "no run",
          x: 0,
          y: place,
          xanchor: "left" as const,
          xshift: 8,
          showarrow: false,
          font: { color: NEUTRAL },
        })),
      ],
    },
  });
}

function timesText({ done }: Cell): string {
  const sorted = done.map(({ value }) => value).toSorted((a, b) => a - b);
  const [first, ...others] = sorted.map((value) => decimals(value, STEP_SECONDS.digits));
  return others.length === 0 ? `${first} s` : `${first} s; other runs: ${others.join(", ")} s`;
}
