import { bestRates, RATE_COLUMNS, type RateColumn } from "../results/best_rates.ts";
import type { RunRow } from "../results/run_row.ts";
import { cellOf, seedsText } from "./cell.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { measureTitle, VALIDATION_LOSS } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { type MethodStyle, methodStyle, NEUTRAL, variantStyle } from "./palette.ts";
import { type Point, pointExtent, pointTraces } from "./point_traces.ts";
import { rateSearches } from "./rate_searches.ts";
import { distinct, type Series } from "./series.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Panels side by side; all have one range of losses. */
const COLUMNS = 3;

/**
 * Loss on the validation split by learning rate, a panel for each search, a line for each rate of the scales
 * that was tried beside it. A search is the runs of a method that differ in nothing but rates and seeds, of
 * which more than one was tried. The title of a panel says whether its best rate has worse ones on both sides.
 */
export function learningRates(rows: readonly RunRow[], options: FigureOptions = {}): Figure {
  const searches = rateSearches(rows.filter((row) => mainColumn(row) !== undefined));
  const tried = searches.flatMap((search) => search.rows);
  const scales = distinct(tried.filter((row) => mainColumn(row) !== "lr_scale"), "lr_scale")
    .filter((scale) => scale !== null);
  const panels = searches.map((search) => panelOf(search, scales));
  const points = panels.flatMap(({ lines }) => lines.flatMap((line) => line.points));
  const yrange = numberAxis(points.flatMap((point) => pointExtent([point])), {
    isRatio: false,
    margin: 0.08,
  });
  const panelRows = Math.ceil(panels.length / COLUMNS);
  return withNote({
    data: [
      ...panels.flatMap(({ lines }, k) =>
        lines.flatMap(({ points, label, style }) =>
          pointTraces(points, {
            label,
            style,
            digits: VALIDATION_LOSS.digits,
            isJoined: true,
            axes: panelAxes(k),
            isInLegend: false,
          })
        )
      ),
      ...scales.map(legendTrace),
    ],
    layout: {
      ...frame({
        title: options.title ?? "Learning rates",
        subtitle: options.subtitle ??
          `${seedsText(points.map(({ cell }) => cell))}; the range of losses is that of all panels`,
        height: Math.max(560, 110 + 290 * panelRows),
      }),
      ...layoutPanels(
        panels.map(({ title, column, rates }, k) => ({
          title,
          xaxis: axis(k >= panels.length - COLUMNS ? "learning rate" : "", {
            type: "log",
            tickmode: "array",
            tickvals: rateTicks(rates),
            ticktext: rateTicks(rates).map((rate) => rate.toExponential().replace("e-", "e−")),
            range: [Math.log10(Math.min(...rates)) - 0.2, Math.log10(Math.max(...rates)) + 0.2],
          }),
          yaxis: axis(k % COLUMNS === 0 ? measureTitle(VALIDATION_LOSS) : "", yrange),
          column,
        })),
        { columns: Math.min(COLUMNS, panels.length) || 1, rowGap: 0.32 / (panelRows || 1) },
      ),
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.06, yanchor: "bottom" },
    },
  });
}

interface RatePanel {
  readonly title: string;
  readonly column: RateColumn;
  readonly rates: readonly number[];
  readonly lines: readonly {
    readonly label: string;
    readonly style: MethodStyle;
    readonly points: readonly Point[];
  }[];
}

function panelOf({ method, label, rows }: Series, scales: readonly number[]): RatePanel {
  const [first] = rows;
  const column = (first && mainColumn(first)) ?? "lr_adapter";
  const rates = distinct(rows, column).filter((rate) => rate !== null);
  const base = methodStyle(method);
  const beside = column === "lr_scale"
    ? []
    : scales.filter((scale) => rows.some((row) => row.lr_scale === scale));
  const pointsOf = (own: readonly RunRow[]): Point[] =>
    rates.map((rate) => ({
      x: rate,
      cell: cellOf(own.filter((row) => row[column] === rate), VALIDATION_LOSS),
      place: `lr ${rate}`,
    }));
  const lines = beside.map((scale) => ({
    label: `scale lr ${scale}`,
    style: { ...base, ...scaleLook(scales.indexOf(scale)) },
    points: pointsOf(rows.filter((row) => row.lr_scale === scale)),
  }));
  const only = { label: base.label, style: base, points: pointsOf(rows) };
  return { title: titleOf(label, rows), column, rates, lines: lines.length > 0 ? lines : [only] };
}

// The same rate of the scales has the same look in all panels.
function scaleLook(index: number): Pick<MethodStyle, "symbol" | "dash"> {
  const { symbol, dash } = variantStyle("lr-qat", index);
  return { symbol, dash };
}

function legendTrace(scale: number, index: number): Trace {
  const { symbol, dash } = scaleLook(index);
  return {
    type: "scatter",
    mode: "lines+markers",
    name: `scale lr ${scale.toExponential()}`,
    x: [null],
    y: [null],
    marker: { color: NEUTRAL, symbol, size: 10 },
    line: { color: NEUTRAL, dash, width: 2 },
    hoverinfo: "skip",
  };
}

function titleOf(label: string, rows: readonly RunRow[]): string {
  const [found] = bestRates(rows);
  if (!found) return `${label}: no result`;
  return found.atEdge.length > 0 ? `${label}: best at the edge` : label;
}

function mainColumn(row: RunRow): RateColumn | undefined {
  return RATE_COLUMNS.find((column) => row[column] !== null);
}

// Few rates are named themselves: they need not span a decade.
function rateTicks(rates: readonly number[]): number[] {
  return rates.length <= 5 ? [...rates] : decades(rates);
}

function decades(rates: readonly number[]): number[] {
  const [low, high] = [Math.min(...rates), Math.max(...rates)].map(Math.log10);
  if (low === undefined || high === undefined || !Number.isFinite(low)) return [];
  const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => Number(`1e${first + k}`));
}
