import { barFill, errorBars } from "./bar_traces.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { layoutPanels, panelAxes } from "./layout_panels.ts";
import { NEUTRAL } from "./palette.ts";
import { readableStart, wrapped } from "./readable.ts";
import { spread, spreadText } from "./statistics.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** The errors that a run's scales and offsets make on the weights, before training and after it. */
export interface StartErrorRow {
  /** How the scales start, such as `l4q` or `lsq+`. */
  readonly scale_start: string;
  readonly bits: number;
  readonly seed: number;
  /** The error of weights inside the grid's range and of those outside; `null` where there is none. */
  readonly quantization_before: number | null;
  readonly quantization_after: number | null;
  readonly clipping_before: number | null;
  readonly clipping_after: number | null;
}

/** Options for {@linkcode startErrors}. */
export interface StartErrorsOptions extends FigureOptions {
  /** What the errors are, for the axes' titles; by default `sum of |ŵ − w|`. */
  unit?: string;
}

const KINDS = ["quantization", "clipping"] as const;
const TIMES = [
  { time: "before", label: "before training", colour: "#a6a6a6", hatch: "/" },
  { time: "after", label: "after training", colour: "#d55e00", hatch: "" },
] as const;

/**
 * What each start of the scales costs: quantization error above, clipping error below, before and after
 * training, a column for each bit width (L4Q's Table 4).
 */
export function startErrors(
  rows: readonly StartErrorRow[],
  options: StartErrorsOptions = {},
): Figure {
  const { unit = "sum of |ŵ − w|" } = options;
  const bits = [...new Set(rows.map((row) => row.bits))].sort((a, b) => b - a);
  const starts = [...new Set(rows.map((row) => row.scale_start))];
  const panels = KINDS.flatMap((kind) => bits.map((width) => ({ kind, width })));
  const columns = bits.length || 1;
  const bars = panels.map(({ kind, width }) => {
    const own = rows.filter((row) => row.bits === width);
    return TIMES.map((look) => ({
      look,
      spreads: starts.map((start) => {
        const values = own.filter((row) => row.scale_start === start)
          .map((row) => row[`${kind}_${look.time}`]);
        return spread(
          values.filter((value) => value !== null && Number.isFinite(value)) as number[],
        );
      }),
    }));
  });
  const layout = layoutPanels(
    panels.map(({ kind, width }, k) => ({
      title: `${kind} error, ${width} bits`,
      xaxis: axis("", {
        range: [-0.5, starts.length - 0.5],
        tickmode: "array",
        tickvals: starts.map((_, at) => at),
        ticktext: starts.map((start) => wrapped(readableStart(start), 14)),
        ticks: "",
        showgrid: false,
      }),
      yaxis: axis(k % columns === 0 ? unit : "", { rangemode: "tozero" }),
    })),
    { columns, rowGap: 0.2 },
  );
  const notes = bars.flatMap((panel, k) =>
    panel.flatMap(({ spreads }, time) =>
      spreads.flatMap((value, at) =>
        value === null ? [gapNote(k, at + (time === 0 ? -0.2 : 0.2))] : []
      )
    )
  );
  const most = Math.max(
    0,
    ...bars.flat().flatMap(({ spreads }) => spreads.map((s) => s?.count ?? 0)),
  );
  return withNote({
    data: bars.flatMap((panel, k) =>
      panel.map(({ look, spreads }, time) => ({
        type: "bar",
        name: look.label,
        legendgroup: look.time,
        showlegend: k === 0,
        xaxis: panelAxes(k).x,
        yaxis: panelAxes(k).y,
        x: starts.map((_, at) => at + (time === 0 ? -0.2 : 0.2)),
        width: 0.36,
        y: spreads.map((value) => value?.mean ?? null),
        error_y: errorBars(spreads.map((value) => value?.std ?? null)),
        marker: barFill(look.colour, look.hatch),
        hovertext: spreads.map((value) => value ? spreadText(value, 4) : "no result"),
        hovertemplate: `${look.label}: %{hovertext}<extra></extra>`,
      } as Trace))
    ),
    layout: {
      ...frame({
        title: options.title ?? "What the start of the scales costs",
        subtitle: options.subtitle ??
          (most > 1 ? `mean ± std of up to ${most} seeds` : "one seed, so no error bars"),
        height: 620,
      }),
      ...layout,
      annotations: [...layout.annotations ?? [], ...notes],
      barmode: "overlay",
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.06, yanchor: "bottom" },
    },
  });
}

type Note = NonNullable<Figure["layout"]["annotations"]>[number];

function gapNote(panel: number, x: number): Note {
  const axes = panelAxes(panel);
  return {
    text: "no result",
    textangle: -90,
    showarrow: false,
    xref: axes.x,
    x,
    yref: `${axes.y} domain`,
    y: 0.03,
    yanchor: "bottom",
    font: { color: NEUTRAL, size: 12 },
  } as Note;
}
