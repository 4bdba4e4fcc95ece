import type { RunRow } from "../results/run_row.ts";
import type { PlacedPoint } from "./bit_points.ts";
import { type Cell, cellOf, seedsText } from "./cell.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { type Measure, measureTitle, PERPLEXITY } from "./measure.ts";
import { numberAxis } from "./number_axis.ts";
import { NEUTRAL } from "./palette.ts";
import { pointExtent, pointTraces } from "./point_traces.ts";
import { plainText, readablePhi, wrapped } from "./readable.ts";
import { belongsTo, distinct, RUN_SETTINGS, seriesOf } from "./series.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode phiAblation}. */
export interface PhiAblationOptions extends FigureOptions {
  /** The number on the y axis; by default perplexity. */
  measure?: Measure;
  /** Runs that are still to be done, in any order: a place that waits for one of them says so. */
  pending?: readonly RunRow[];
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
  const { measure = PERPLEXITY, pending = [] } = options;
  const shown = comparedDowncasts(rows);
  const bits = distinct(shown, "bits").reverse();
  const series = seriesOf(shown, ["bits", "phi"]);
  const settings = new Set(shown.map(settingOf));
  const open = pending.filter((row) =>
    settings.has(settingOf(row)) && series.some((own) => belongsTo(own, row))
  );
  const phis = distinct([...shown, ...open], "phi").toSorted((a, b) => place(a) - place(b));
  const panels = bits.map((width) =>
    series.map((own, k) => ({
      label: own.label,
      style: own.style,
      points: phis.map((phi, at): PlacedPoint => {
        const isHere = (row: RunRow) => row.bits === width && row.phi === phi;
        const runs = own.rows.filter(isHere);
        return {
          x: at + (series.length === 1 ? 0 : 0.36 * (k / (series.length - 1) - 0.5)),
          cell: cellOf(runs, measure),
          place: `${width} bits, ${readablePhi(phi, width)}`,
          isOpen: runs.length === 0 && open.some((row) => isHere(row) && belongsTo(own, row)),
        };
      }),
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
  return Map.groupBy(own, settingOf).values().filter((group) => distinct(group, "phi").length > 1)
    .toArray().flat();
}

function settingOf(row: RunRow): string {
  return JSON.stringify(EQUAL.map((key) => row[key]));
}

// What was lost or is still to be done is written at the foot of its place, so that it is no point.
function gapNotes(points: readonly PlacedPoint[], k: number): Note[] {
  const { x, y } = panelAxes(k);
  return points.filter(({ cell, isOpen }) => cell.lost.length > 0 && cell.spread === null || isOpen)
    .map((gap) => ({
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
