import type { ColorAxis } from "plotly.js-dist";
import type { RunRow } from "../results/run_row.ts";
import { type Cell, cellOf, lostStatus, lostText, seedsText } from "./cell.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { type Measure, measureTitle, PERPLEXITY } from "./measure.ts";
import { isWide, logTicks } from "./number_axis.ts";
import { plainText, wrapped } from "./readable.ts";
import { distinct, type Series, seriesOf } from "./series.ts";
import { decimals, spreadText } from "./statistics.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode bitsByRank}. */
export interface BitsByRankOptions extends FigureOptions {
  /** The number in the cells; by default perplexity. */
  measure?: Measure;
}

/** The colour behind cells without a result. */
const EMPTY = "#ededed";

/**
 * A heat map of bits and ranks for each method with an adapter: the mean over seeds in each cell. A cell
 * without a result is grey and says why.
 */
export function bitsByRank(rows: readonly RunRow[], options: BitsByRankOptions = {}): Figure {
  const { measure = PERPLEXITY } = options;
  const shown = rows.filter((row) => row.bits < 16 && row.rank > 0);
  const [bits, ranks] = [distinct(shown, "bits"), distinct(shown, "rank")];
  const panels = seriesOf(shown, ["bits", "rank"]).map((series) => ({
    series,
    cells: bits.map((width) =>
      ranks.map((rank) => {
        const own = series.rows.filter((row) => row.bits === width && row.rank === rank);
        return cellOf(own, measure);
      })
    ),
  }));
  const cells = panels.flatMap((panel) => panel.cells.flat());
  const isLog = measure.isRatio &&
    isWide(cells.flatMap(({ spread }) => spread ? [spread.mean] : []));
  const columns = Math.min(panels.length, 2) || 1;
  const xaxis = axis("rank", { type: "category", showgrid: false });
  const yaxis = axis("bits per weight", { type: "category", showgrid: false });
  return withNote({
    data: panels.map(({ series, cells }, k) =>
      heatTrace(cells, { series, bits, ranks, measure, isLog, axes: panelAxes(k) })
    ),
    layout: {
      ...frame({
        title: options.title ??
          `${measure.label.charAt(0).toUpperCase()}${measure.label.slice(1)} by bits and rank`,
        subtitle: options.subtitle ?? seedsText(cells).replace("; faint: single seeds", ""),
        height: Math.max(560, 110 + 290 * Math.ceil(panels.length / columns)),
      }),
      ...layoutPanels(
        panels.map(({ series }) => ({ title: series.label, xaxis, yaxis })),
        { columns, columnGap: 0.12, rowGap: 0.4 / Math.ceil(panels.length / columns) },
      ),
      plot_bgcolor: EMPTY,
      coloraxis: colorAxis(cells, { measure, isLog }),
    },
  });
}

function heatTrace(
  cells: readonly Cell[][],
  options: {
    series: Series;
    bits: readonly number[];
    ranks: readonly number[];
    measure: Measure;
    isLog: boolean;
    axes: { x: string; y: string };
  },
): Trace {
  const { series, bits, ranks, measure, isLog, axes } = options;
  const trace = {
    type: "heatmap",
    xaxis: axes.x,
    yaxis: axes.y,
    x: ranks.map(String),
    y: bits.map(String),
    z: cells.map((row) => row.map(({ spread }) => spread && scaled(spread.mean, isLog))),
    coloraxis: "coloraxis",
    xgap: 3,
    ygap: 3,
    texttemplate: "%{text}",
    textfont: { size: 12 },
    text: cells.map((row) => row.map((cell) => cellText(cell, measure))),
    hovertext: cells.map((row) =>
      row.map((cell) => `${plainText(series.label)}<br>${cellText(cell, measure)}${lostNote(cell)}`)
    ),
    hovertemplate: "%{hovertext}<br>%{y} bits, rank %{x}<extra></extra>",
    hoverongaps: true,
  };
  return trace as Trace;
}

function cellText(cell: Cell, { digits }: Measure): string {
  const { spread, lost } = cell;
  if (spread === null) return lost.length === 0 ? "no run" : wrapped(lostStatus(cell), 12);
  const lines = spreadText(spread, digits).replace(" ± ", "<br>± ");
  return lost.length === 0 ? lines : `${lines}<br>${lost.length} lost`;
}

function lostNote(cell: Cell): string {
  return cell.lost.length === 0 ? "" : `<br>${wrapped(lostText(cell), 40)}`;
}

function scaled(value: number, isLog: boolean): number {
  return isLog ? Math.log10(value) : value;
}

function colorAxis(
  cells: readonly Cell[],
  { measure, isLog }: { measure: Measure; isLog: boolean },
): ColorAxis {
  const values = cells.flatMap(({ spread }) => spread ? [scaled(spread.mean, isLog)] : []);
  const ticks = isLog ? logTicks([Math.min(...values), Math.max(...values)]) : [];
  return {
    colorscale: "Cividis",
    // Dark is worse whichever way the measure goes.
    reversescale: measure.better === "lower",
    colorbar: {
      title: { text: measureTitle(measure), side: "right" },
      thickness: 16,
      outlinewidth: 0,
      ...(isLog && {
        tickmode: "array",
        tickvals: ticks.map(Math.log10),
        ticktext: ticks.map((tick) => decimals(tick, 0)),
      }),
    },
  };
}
