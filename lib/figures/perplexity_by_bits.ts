import type { RunRow } from "../results/run_row.ts";
import { gapsOf, pointsOf, shiftOf } from "./bit_points.ts";
import { type Cell, cellOf, lostText, seedsText } from "./cell.ts";
import { fitLegend } from "./fit_legend.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { domainBelow, lostStrip } from "./lost_strip.ts";
import { type Measure, measureTitle, PERPLEXITY } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { offScaleNotes, onScale } from "./off_scale.ts";
import { pointExtent, pointTraces } from "./point_traces.ts";
import { plainText, wrapped } from "./readable.ts";
import { belongsTo, distinct, type Series, seriesOf } from "./series.ts";
import { spreadText } from "./statistics.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode perplexityByBits}. */
export interface PerplexityByBitsOptions extends FigureOptions {
  /** The number on the y axis; by default perplexity. */
  measure?: Measure;
  /**
   * Runs that are still to be done, in any order: where a line has nothing else, a ring says so. Methods and
   * settings of which nothing is done have no line.
   */
  pending?: readonly RunRow[];
}

const FLOAT_BITS = 16;
/**
 * Perplexity against bits, a line a method: means over seeds with their standard deviation, single seeds as
 * faint points. Methods that quantize nothing are level lines. A perplexity of more than 100 times the least
 * is written at the upper edge.
 */
export function perplexityByBits(
  rows: readonly RunRow[],
  options: PerplexityByBitsOptions = {},
): Figure {
  const { measure = PERPLEXITY, pending = [] } = options;
  const quantized = seriesOf(rows.filter((row) => row.bits < FLOAT_BITS), ["bits"]);
  const open = pending.filter((row) => quantized.some((series) => belongsTo(series, row)));
  const bits = distinct([...quantized.flatMap((series) => series.rows), ...open], "bits");
  const levels = seriesOf(rows.filter((row) => row.bits >= FLOAT_BITS), []).map((series) => ({
    series,
    cell: cellOf(series.rows, measure),
  }));
  const lines = quantized.map((series, k) => ({
    series,
    points: pointsOf(series, { bits, measure, open, shift: shiftOf(k, quantized.length) }),
  }));
  const gaps = lines.flatMap(({ series, points }) => gapsOf(series, points));
  const strip = lostStrip(gaps);
  const cells = [...lines.flatMap(({ points }) => points.map(({ cell }) => cell))];
  const values = [
    ...lines.flatMap(({ points }) => pointExtent(points)),
    ...levels.flatMap(({ cell }) => cell.spread ? [cell.spread.mean] : []),
  ];
  const shown = measure.isRatio ? onScale(values) : values;
  const domain = domainBelow(gaps);
  const notes = offScaleNotes(
    lines.map(({ series, points }) => ({ points, colour: series.style.colour })),
    { top: Math.max(...shown), height: domain[1], digits: measure.digits },
  );
  const span: [number, number] = [-0.5, Math.max(bits.length, 1) - 0.5];
  return fitLegend(withNote({
    data: [
      ...levels.map(({ series, cell }) => levelTrace(series, cell, { span, measure })),
      ...lines.flatMap(({ series, points }) =>
        pointTraces(points, { ...series, digits: measure.digits, isJoined: true })
      ),
      ...strip.data,
    ],
    layout: {
      ...frame({
        title: options.title ?? `${capital(measure.label)} by bit width`,
        subtitle: options.subtitle ?? seedsText([...cells, ...levels.map(({ cell }) => cell)]),
      }),
      xaxis: axis("bits per weight", {
        range: span,
        tickmode: "array",
        tickvals: bits.map((_, k) => k),
        ticktext: bits.map(String),
        showgrid: false,
        anchor: "y",
      }),
      yaxis: axis(measureTitle(measure), {
        ...numberAxis(shown, { isRatio: measure.isRatio }),
        domain,
      }),
      ...(notes.length > 0 && { annotations: notes }),
      ...strip.layout,
    },
  }));
}

function levelTrace(
  { label, style }: Series,
  cell: Cell,
  { span, measure }: { span: [number, number]; measure: Measure },
): Trace {
  const { spread } = cell;
  const text = spread ? spreadText(spread, measure.digits) : lostText(cell);
  return {
    type: "scatter",
    mode: "lines",
    name: wrapped(`${label}${spread ? "" : " (no result)"}`),
    x: span,
    y: [spread?.mean ?? null, spread?.mean ?? null],
    line: { color: style.colour, dash: style.dash, width: 1.5 },
    hovertemplate: `${plainText(`${label}: ${text}`)}<extra></extra>`,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
