import type { LayerRow, RunRow } from "../results/run_row.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { wrapped } from "./readable.ts";
import { type Series, seriesOf } from "./series.ts";
import { spread, spreadText } from "./statistics.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** The columns of layers that can be drawn. */
export type LayerMeasure = keyof typeof MEASURES;

/** Options for {@linkcode layerErrors}. */
export interface LayerErrorsOptions extends FigureOptions {
  /** The number on the y axis; by default `weight_error`. */
  measure?: LayerMeasure;
}

const MEASURES = {
  weight_error: { title: "Quantization error by layer", axis: "relative error", digits: 4 },
  codes_changed: { title: "Changed codes by layer", axis: "share of codes", digits: 4 },
  codes_clipped: { title: "Clipped codes by layer", axis: "share of codes", digits: 5 },
  scale_change: {
    title: "Scales beside those of rounding, by layer",
    axis: "mean |s / s_RTN − 1|",
    digits: 4,
  },
} as const;

/** A legend in a line above the panels; longer ones stand at their right, as in all figures. */
const ABOVE = {
  orientation: "h",
  x: 1,
  xanchor: "right",
  y: 1.06,
  yanchor: "bottom",
} as const;

/** The letters that fit the line beside the subtitle, a key and its gaps as six of them. */
const LINE_LETTERS = 64;

interface Place {
  /** The kind of layer, such as `q_proj`: a panel. */
  readonly kind: string;
  /** The number of its block: the place in the panel. */
  readonly block: number;
}

interface SeriesLayers {
  readonly series: Series;
  readonly layers: readonly (LayerRow & Place)[];
}

/**
 * An error of each linear layer: a panel for each kind of layer, the blocks from left to right, a line a
 * method (the mean over its seeds). All panels have the same y axis. A layer without a value is a gap.
 *
 * @param rows The runs; only those that are done are drawn.
 * @param layers Their layers; those of other runs are left out.
 */
export function layerErrors(
  rows: readonly RunRow[],
  layers: readonly LayerRow[],
  options: LayerErrorsOptions = {},
): Figure {
  const { measure = "weight_error" } = options;
  const look = MEASURES[measure];
  const byRun = Map.groupBy(layers, (layer) => layer.run_id);
  const done = rows.filter((row) => row.status === "done");
  const series = seriesOf(done, []).map((own): SeriesLayers => ({
    series: own,
    layers: own.rows.flatMap((row) => byRun.get(row.run_id) ?? [])
      .filter((layer) => layer[measure] !== null).map(placed),
  })).filter(({ layers }) => layers.length > 0);
  const kinds = [...new Set(series.flatMap(({ layers }) => layers.map(({ kind }) => kind)))];
  const columns = kinds.length > 4 ? 4 : Math.max(1, Math.min(kinds.length, 2));
  const data = kinds.flatMap((kind, k) =>
    series.map((own) => layerTrace(own, { kind, k, measure, digits: look.digits }))
  );
  const tops = data.flatMap((trace) => "y" in trace ? trace.y as (number | null)[] : []);
  const top = tops.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const rowCount = Math.ceil(kinds.length / columns);
  return withNote({
    data,
    layout: {
      ...frame({
        title: options.title ?? look.title,
        subtitle: options.subtitle ??
          (done.length > series.length ? "mean over seeds" : "one seed"),
        height: Math.max(560, 120 + 220 * rowCount),
      }),
      ...layoutPanels(
        kinds.map((kind, k) => ({
          title: kind,
          xaxis: axis(k >= columns * (rowCount - 1) ? "block" : "", { nticks: 6 }),
          yaxis: axis(k % columns === 0 ? look.axis : "", {
            range: [0, 1.08 * (top || 1)],
            showticklabels: k % columns === 0,
            nticks: 6,
          }),
        })),
        { columns, columnGap: 0.03, rowGap: 0.36 / rowCount },
      ),
      ...(isShort(series.map(({ series: { label } }) => label)) && { legend: ABOVE }),
    },
  });
}

function isShort(labels: readonly string[]): boolean {
  return labels.reduce((sum, label) => sum + label.length + 6, 0) <= LINE_LETTERS;
}

// `model.layers.3.mlp.up_proj` is the kind `up_proj` of block 3; what has no number is a kind of its own.
function placed(layer: LayerRow): LayerRow & Place {
  const match = /(?:^|\.)(\d+)\.(?:.*\.)?([^.]+)$/.exec(layer.layer);
  return { ...layer, kind: match?.[2] ?? layer.layer, block: Number(match?.[1] ?? 0) };
}

function layerTrace(
  { series, layers }: SeriesLayers,
  { kind, k, measure, digits }: { kind: string; k: number; measure: LayerMeasure; digits: number },
): Trace {
  const { label, style } = series;
  const own = [...Map.groupBy(layers.filter((layer) => layer.kind === kind), ({ block }) => block)]
    .sort(([a], [b]) => a - b)
    .map(([block, rows]) => ({
      block,
      mean: spread(rows.flatMap((row) => row[measure] ?? [])),
    }));
  return {
    type: "scatter",
    mode: "lines+markers",
    name: wrapped(label),
    legendgroup: label,
    showlegend: k === 0,
    xaxis: panelAxes(k).x,
    yaxis: panelAxes(k).y,
    x: own.map(({ block }) => block),
    y: own.map(({ mean }) => mean?.mean ?? null),
    marker: { color: style.colour, symbol: style.symbol, size: 6 },
    line: { color: style.colour, dash: style.dash, width: 1.5 },
    hovertext: own.map(({ mean }) => mean ? spreadText(mean, digits) : "no value"),
    hovertemplate: `${wrapped(label)}, ${kind} %{x}<br>%{hovertext}<extra></extra>`,
  } as Trace;
}
