import type { RunRow } from "../results/run_row.ts";
import { cellOf, seedsText } from "./cell.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { fitLegend } from "./fit_legend.ts";
import { type Measure, measureTitle, VALIDATION_LOSS } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { type Point, pointExtent, pointTraces } from "./point_traces.ts";
import { distinct, type Series, seriesOf } from "./series.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode rangeExponents}. */
export interface RangeExponentsOptions extends FigureOptions {
  /** The number on the y axis; by default the loss on the validation split. */
  measure?: Measure;
}

/**
 * The loss by the exponent `p` of the range search, which minimizes `Σ |w - ŵ|^p`: a small one clips more
 * weights for a finer grid. A line a method; runs of which only one exponent was tried are left out.
 */
export function rangeExponents(
  rows: readonly RunRow[],
  options: RangeExponentsOptions = {},
): Figure {
  const { measure = VALIDATION_LOSS } = options;
  const compared = comparedExponents(rows);
  const lines = compared.map((series) => ({ series, points: pointsOf(series, measure) }));
  const points = lines.flatMap((line) => line.points);
  const exponents = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  return fitLegend(withNote({
    data: lines.flatMap(({ series, points }) =>
      pointTraces(points, { ...series, digits: measure.digits, isJoined: true })
    ),
    layout: {
      ...frame({
        title: options.title ?? "Exponent of the range search",
        subtitle: options.subtitle ?? seedsText(points.map(({ cell }) => cell)),
      }),
      xaxis: axis("exponent p", {
        tickmode: "array",
        tickvals: exponents,
        ticktext: exponents.map(String),
      }),
      yaxis: axis(measureTitle(measure), {
        ...numberAxis(pointExtent(points), { isRatio: false, margin: 0.08 }),
      }),
    },
  }));
}

/** Runs that differ in nothing but the exponent, where more than one was tried. */
export function comparedExponents(rows: readonly RunRow[]): Series[] {
  const quantized = rows.filter(({ range_exponent }) => range_exponent !== null);
  return seriesOf(quantized, ["range_exponent"])
    .filter((series) => distinct(series.rows, "range_exponent").length > 1);
}

function pointsOf({ rows }: Series, measure: Measure): Point[] {
  return distinct(rows, "range_exponent").flatMap((exponent) =>
    exponent === null ? [] : [{
      x: exponent,
      cell: cellOf(rows.filter((row) => row.range_exponent === exponent), measure),
      place: `p = ${exponent}`,
    }]
  );
}
