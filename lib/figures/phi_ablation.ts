import type { RunRow } from "../results/run_row.ts";
import { type Cell, cellOf, seedsText } from "./cell.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { type Measure, measureTitle, PERPLEXITY } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { NEUTRAL } from "./palette.ts";
import { type Point, pointExtent, pointTraces } from "./point_traces.ts";
import { plainText, readablePhi, wrapped } from "./readable.ts";
import { distinct, RUN_SETTINGS, seriesOf } from "./series.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode phiAblation}. */
export interface PhiAblationOptions extends FigureOptions {
  /** The number on the y axis; by default perplexity. */
  measure?: Measure;
}

type Note = NonNullable<Figure["layout"]["annotations"]>[number];

// From the most exact to the smallest, as LR-QAT's Table 2 has them.
const ORDER = ["fp32", "fp16", "bf16", "fixed", "int"];

/** All that must be equal for downcasts and starts to be compared. */
const EQUAL = RUN_SETTINGS.filter((key) =>
  key !== "phi" && key !== "adapter_start" && key !== "variant"
);

/**
 * LR-QAT's downcasts of the frozen weight side by side, a panel for each bit width: means over seeds with
 * their standard deviation, one symbol for each start of the adapters. Settings that have one downcast
 * alone, such as a rank's, are left out.
 */
export function phiAblation(rows: readonly RunRow[], options: PhiAblationOptions = {}): Figure {
  const { measure = PERPLEXITY } = options;
  const shown = comparedDowncasts(rows);
  const bits = distinct(shown, "bits").reverse();
  const series = seriesOf(shown, ["bits", "phi"]);
  const phis = distinct(shown, "phi").toSorted((a, b) => place(a) - place(b));
  const panels = bits.map((width) =>
    series.map(({ rows: own, label, style }, k) => ({
      label,
      style,
      points: phis.map((phi, at) => ({
        x: at + (series.length === 1 ? 0 : 0.36 * (k / (series.length - 1) - 0.5)),
        cell: cellOf(own.filter((row) => row.bits === width && row.phi === phi), measure),
        place: `${width} bits, ${readablePhi(phi, width)}`,
      })),
    }))
  );
  const columns = Math.min(bits.length, 3) || 1;
  const layout = layoutPanels(
    panels.map((panel, k) => ({
      title: `${bits[k]} bits`,
      xaxis: axis("", {
        range: [-0.5, phis.length - 0.5],
        tickmode: "array",
        tickvals: phis.map((_, at) => at),
        ticktext: phis.map((phi) => wrapped(readablePhi(phi, bits[k]), 14)),
        showgrid: false,
      }),
      yaxis: axis(k % columns === 0 ? measureTitle(measure) : "", {
        ...numberAxis(panel.flatMap(({ points }) => pointExtent(points)), {
          isRatio: measure.isRatio,
          margin: 0.12,
        }),
      }),
    })),
    { columns },
  );
  const notes = panels.flatMap((panel, k) => panel.flatMap(({ points }) => gapNotes(points, k)));
  return withNote({
    data: panels.flatMap((panel, k) =>
      panel.flatMap(({ label, style, points }) =>
        pointTraces(points, {
          label,
          style,
          digits: measure.digits,
          isJoined: false,
          axes: panelAxes(k),
          isInLegend: k === 0 && series.length > 1,
        })
      )
    ),
    layout: {
      ...frame({
        title: options.title ?? "LR-QAT: the frozen weight's downcast φ",
        subtitle: options.subtitle ??
          seedsText(panels.flat(2).flatMap(({ points }) => points.map(({ cell }) => cell))),
      }),
      ...layout,
      annotations: [...layout.annotations ?? [], ...notes],
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom" },
    },
  });
}

/** The runs whose setting has several downcasts. */
export function comparedDowncasts(rows: readonly RunRow[]): RunRow[] {
  const own = rows.filter((row) => row.phi !== null);
  const settings = Map.groupBy(own, (row) => JSON.stringify(EQUAL.map((key) => row[key])));
  return settings.values().filter((group) => distinct(group, "phi").length > 1).toArray().flat();
}

// What is not there is written at the foot of its place, so that it is no point.
function gapNotes(points: readonly Point[], k: number): Note[] {
  const { x, y } = panelAxes(k);
  return points.filter(({ cell }) => cell.spread === null).map((gap) => ({
    text: gapText(gap.cell),
    hovertext: `${gap.place}: ${plainText(gapText(gap.cell))}`,
    showarrow: false,
    textangle: -90,
    xref: x,
    x: gap.x,
    yref: `${y} domain`,
    y: 0.02,
    yanchor: "bottom",
    font: { color: NEUTRAL, size: 12 },
  } as Note));
}

function gapText({ lost }: Cell): string {
  const [first] = lost;
  return first ? (first.status === "done" ? "no value" : first.status) : "no run";
}

function place(phi: string | null): number {
  const index = ORDER.indexOf(phi ?? "");
  return index < 0 ? ORDER.length : index;
}
