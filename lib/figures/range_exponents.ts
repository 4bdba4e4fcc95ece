import type { RunRow } from "../results/run_row.ts";
import { cellOf, seedsText } from "./cell.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
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

/** Panels side by side; each has its own range of losses. */
const COLUMNS = 3;

/**
 * The loss by the exponent `p` of the range search, which minimizes `Σ |w - ŵ|^p`: a small one clips more
 * weights for a finer grid. A panel a method; runs of which only one exponent was tried are left out.
 */
export function rangeExponents(
  rows: readonly RunRow[],
  options: RangeExponentsOptions = {},
): Figure {
  const { measure = VALIDATION_LOSS } = options;
  const panels = comparedExponents(rows).map((series) => ({
    series,
    points: pointsOf(series, measure),
  }));
  const points = panels.flatMap((panel) => panel.points);
  const panelRows = Math.ceil(panels.length / COLUMNS);
  return withNote({
    data: panels.flatMap(({ series, points }, k) =>
      pointTraces(points, {
        ...series,
        digits: measure.digits,
        isJoined: true,
        axes: panelAxes(k),
        isInLegend: false,
      })
    ),
    layout: {
      ...frame({
        title: options.title ?? "Exponent of the range search",
        subtitle: options.subtitle ??
          `${seedsText(points.map(({ cell }) => cell))}; each panel has its own range of losses`,
        height: Math.max(420, 110 + 290 * panelRows),
      }),
      ...layoutPanels(
        panels.map(({ series, points }, k) => ({
          title: series.label,
          xaxis: axis(k >= panels.length - COLUMNS ? "exponent p" : "", {
            tickmode: "array",
            tickvals: points.map(({ x }) => x),
            ticktext: points.map(({ x }) => String(x)),
          }),
          yaxis: axis(k % COLUMNS === 0 ? measureTitle(measure) : "", {
            ...numberAxis(pointExtent(points), { isRatio: false, margin: 0.08 }),
          }),
        })),
        { columns: Math.min(COLUMNS, panels.length) || 1, rowGap: 0.32 / (panelRows || 1) },
      ),
    },
  });
}

/** Runs that differ in nothing but the exponent, where more than one was tried. */
export function comparedExponents(rows: readonly RunRow[]): Series[] {
  const quantized = rows.filter(({ range_exponent }) => range_exponent !== null);
  const compared = seriesOf(quantized, ["range_exponent"])
    .filter((series) => distinct(series.rows, "range_exponent").length > 1);
  // Named by what tells these apart, not by what told them from the rest.
  return seriesOf(compared.flatMap((series) => series.rows), ["range_exponent"]);
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
