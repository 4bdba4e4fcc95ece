import type { ScatterData } from "plotly.js-dist";
import type { Cell } from "./cell.ts";
import type { Trace } from "./figure.ts";
import { plainText, wrapped } from "./readable.ts";
import type { MethodStyle } from "./palette.ts";
import { spreadText } from "./statistics.ts";

/** One mean with its spread, at a place of a figure. */
export interface Point {
  readonly x: number;
  readonly cell: Cell;
  /** What the place is, for the text under the pointer, such as `4 bits`. */
  readonly place: string;
}

/** Options for {@linkcode pointTraces}. */
export interface PointTracesOptions {
  label: string;
  style: MethodStyle;
  /** Decimals of the numbers under the pointer. */
  digits: number;
  /** Whether lines join the points; a place without a result leaves a gap. */
  isJoined: boolean;
  /** The axes, such as `{ x: "x2", y: "y2" }`; by default the first ones. */
  axes?: { x: string; y: string };
  /** Whether the legend has it; by default yes. */
  isInLegend?: boolean;
}

/** Means with error bars, and a faint point for each seed where there are several. */
export function pointTraces(points: readonly Point[], options: PointTracesOptions): Trace[] {
  const { label, style, digits, isJoined, axes, isInLegend = true } = options;
  const places = {
    legendgroup: label,
    ...(axes && { xaxis: axes.x, yaxis: axes.y }),
  };
  const seeds = points.flatMap(({ x, cell }) =>
    cell.done.length > 1 ? cell.done.map(({ row, value }) => ({ x, row, value })) : []
  );
  const faint: Trace = {
    ...places,
    type: "scatter",
    mode: "markers",
    showlegend: false,
    x: seeds.map(({ x }) => x),
    y: seeds.map(({ value }) => value),
    customdata: seeds.map(({ row }) => row.seed),
    marker: { color: style.colour, symbol: style.symbol, size: 6, opacity: 0.3 },
    hovertemplate: `${plainText(label)}<br>seed %{customdata}: %{y:.${digits}f}<extra></extra>`,
  };
  const means: Trace = {
    ...places,
    type: "scatter",
    mode: isJoined ? "lines+markers" : "markers",
    name: wrapped(label),
    showlegend: isInLegend,
    x: points.map(({ x }) => x),
    y: points.map(({ cell }) => cell.spread?.mean ?? null),
    ...(hasSpread(points) && { error_y: errorBars(points) }),
    marker: { color: style.colour, symbol: style.symbol, size: 10, line: edge(style) },
    line: { color: style.colour, dash: style.dash, width: 2 },
    connectgaps: false,
    hovertext: points.map((point) => hoverText(point, label, digits)),
    hovertemplate: "%{hovertext}<extra></extra>",
  };
  return seeds.length > 0 ? [faint, means] : [means];
}

// An open symbol is drawn by its line alone, which must not be white.
function edge({ symbol, colour }: MethodStyle): { color: string; width: number } {
  return symbol.endsWith("-open") ? { color: colour, width: 2 } : { color: "#ffffff", width: 1 };
}

function hasSpread(points: readonly Point[]): boolean {
  return points.some(({ cell }) => (cell.spread?.std ?? null) !== null);
}

function errorBars(points: readonly Point[]): NonNullable<ScatterData["error_y"]> {
  return {
    type: "data",
    symmetric: false,
    array: points.map(({ cell }) => cell.spread?.std ?? 0),
    // A bar below zero has no place on a logarithmic axis: it ends at the least of the seeds.
    arrayminus: points.map(({ cell }) => lowerBar(cell)),
    thickness: 1.5,
    width: 4,
  };
}

function lowerBar({ spread, done }: Cell): number {
  if (spread === null || spread.std === null) return 0;
  if (spread.std < spread.mean) return spread.std;
  return spread.mean - Math.min(...done.map(({ value }) => value));
}

function hoverText({ cell, place }: Point, label: string, digits: number): string {
  const { spread } = cell;
  const value = spread ? `${spreadText(spread, digits)} (n = ${spread.count})` : "no result";
  return `${plainText(label)}, ${place}<br>${value}`;
}

/** The numbers that an axis must show: seeds, means and the ends of error bars. */
export function pointExtent(points: readonly Point[]): number[] {
  return points.flatMap(({ cell }) => {
    const { spread, done } = cell;
    if (spread === null) return [];
    const top = spread.mean + (spread.std ?? 0);
    return [...done.map(({ value }) => value), top, spread.mean - lowerBar(cell)];
  });
}
