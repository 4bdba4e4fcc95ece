import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { type GridBins, gridBins, type GriddedWeights } from "./grid_bins.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { methodStyle, NEUTRAL } from "./palette.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode weightHistogram}. */
export interface WeightHistogramOptions extends FigureOptions {
  /** The method, for its colour; by default `lr-qat`. */
  method?: string;
}

/** Weights at one time of a run, with the grid that they are rounded to. */
export interface WeightStage extends GriddedWeights {
  /** What stands above the panel, such as `before training`. */
  readonly label: string;
}

/**
 * How weights lie on their grid, a panel for each stage (before and after training): the histogram of
 * `w / s`, so that the codes are whole numbers whatever the scales, a line at each code, and a
 * diamond at the mean height of all weights that are rounded to it. Weights beyond the grid, which are clipped, are hatched.
 *
 * @throws {RangeError} If a stage's weights, scales and grid do not fit together.
 */
export function weightHistogram(
  stages: readonly WeightStage[],
  options: WeightHistogramOptions = {},
): Figure {
  const { method = "lr-qat" } = options;
  const bins = stages.map((stage) => gridBins(stage));
  const lows = bins.map(({ edges }) => edges[0] ?? 0);
  const highs = bins.map(({ edges }) => edges.at(-1) ?? 0);
  const range: [number, number] = [Math.min(...lows, 0), Math.max(...highs, 0)];
  const top = 1.18 * Math.max(0, ...bins.flatMap(({ shares }) => shares));
  return withNote({
    data: bins.flatMap((own, k) => [
      barTrace(own, { k, colour: methodStyle(method).colour, isInside: true }),
      barTrace(own, { k, colour: methodStyle(method).colour, isInside: false }),
      codeTrace(own, k),
    ]),
    layout: {
      ...frame({
        title: options.title ?? "Weights on their grid",
        subtitle: options.subtitle ??
          "lines: the codes; diamonds: the mean height of all that is rounded to each",
        height: Math.max(560, 110 + 230 * stages.length),
      }),
      ...layoutPanels(
        stages.map(({ label }, k) => ({
          title: `${label} (${percent(bins[k]?.clipped ?? 0)} clipped)`,
          xaxis: axis(k === stages.length - 1 ? "w / s (codes are whole numbers)" : "", {
            range,
            showgrid: false,
          }),
          yaxis: axis("share of weights (%)", { range: [0, top], showgrid: false }),
        })),
        { columns: 1, rowGap: 0.34 / Math.max(1, stages.length) },
      ),
      bargap: 0,
      barmode: "overlay",
      shapes: bins.flatMap(({ codes }, k) => codes.map((code) => gridLine(code, k))),
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.04, yanchor: "bottom" },
    },
  });
}

function barTrace(
  { edges, shares, width, min, max }: GridBins,
  { k, colour, isInside }: { k: number; colour: string; isInside: boolean },
): Trace {
  const bars = shares.map((share, at) => ({ share, centre: (edges[at] ?? 0) + width / 2 }))
    .filter(({ centre }) => (centre > min - 0.5 && centre < max + 0.5) === isInside);
  return {
    type: "bar",
    name: isInside ? "weights" : "clipped weights",
    legendgroup: String(isInside),
    showlegend: k === 0,
    xaxis: panelAxes(k).x,
    yaxis: panelAxes(k).y,
    x: bars.map(({ centre }) => centre),
    y: bars.map(({ share }) => share),
    width,
    marker: {
      color: isInside ? colour : NEUTRAL,
      opacity: 0.75,
      ...(!isInside &&
        { pattern: { shape: "/", fgcolor: "#ffffff", fillmode: "overlay", size: 5 } }),
    },
    hovertemplate: "%{x:.2f}: %{y:.2f} %<extra></extra>",
  } as Trace;
}

function codeTrace({ codes, codeShares, codeScale }: GridBins, k: number): Trace {
  return {
    type: "scatter",
    mode: "markers",
    name: "codes",
    legendgroup: "codes",
    showlegend: k === 0,
    xaxis: panelAxes(k).x,
    yaxis: panelAxes(k).y,
    x: codes,
    y: codeShares.map((share) => share * codeScale),
    customdata: codeShares,
    marker: { color: "#222222", size: 7, symbol: "diamond" },
    hovertemplate: "code %{x}: %{customdata:.2f} %<extra></extra>",
  } as Trace;
}

function gridLine(code: number, k: number): NonNullable<Figure["layout"]["shapes"]>[number] {
  const { x, y } = panelAxes(k);
  return {
    type: "line",
    layer: "below",
    xref: x,
    yref: `${y} domain`,
    x0: code,
    x1: code,
    y0: 0,
    y1: 1,
    line: { color: "#c9c9c9", width: 1 },
  } as NonNullable<Figure["layout"]["shapes"]>[number];
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
