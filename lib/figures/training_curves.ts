import type { CurveRow, RunRow } from "../results/run_row.ts";
import { fitLegend } from "./fit_legend.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { meanCurve, smoothed, thinned } from "./curve_points.ts";
import type { MethodStyle } from "./palette.ts";
import { plainText, readableStatus, wrapped } from "./readable.ts";
import { type Series, seriesOf } from "./series.ts";
import { spread } from "./statistics.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** Options for {@linkcode trainingCurves}. */
export interface TrainingCurvesOptions extends FigureOptions {
  /** How much of the running mean each step keeps, 0 to below 1; by default 0.9. */
  smoothing?: number;
}

/** Series up to this number have their single steps drawn too, faint; with more, these hide the lines. */
const MOST_WITH_STEPS = 3;

interface RunCurve {
  readonly run: RunRow;
  readonly steps: readonly CurveRow[];
}

/**
 * Loss by step, a line a method: the running mean over steps, then the mean over the seeds that came out well (over all
 * where none did).
 * Points are evaluations on the validation split; a cross is where a run was lost.
 *
 * @param rows The runs.
 * @param curves Their steps; those of other runs are left out.
 * @throws {RangeError} If the smoothing is out of range.
 */
export function trainingCurves(
  rows: readonly RunRow[],
  curves: readonly CurveRow[],
  options: TrainingCurvesOptions = {},
): Figure {
  const { smoothing = 0.9 } = options;
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(
      `Cannot draw training curves: 'smoothing' must be at least 0 and below 1: current value is ${smoothing}`,
    );
  }
  const byRun = Map.groupBy(curves, (row) => row.run_id);
  const series = seriesOf(rows, []).map((own) => ({
    own,
    runs: own.rows.map((run): RunCurve => ({
      run,
      steps: (byRun.get(run.run_id) ?? []).toSorted((a, b) => a.step - b.step),
    })).filter(({ steps }) => steps.length > 0),
  })).filter(({ runs }) => runs.length > 0);
  const hasSteps = series.length <= MOST_WITH_STEPS;
  const seeds = Math.max(0, ...series.map(({ runs }) => runs.length));
  const data = series.flatMap(({ own, runs }) => seriesTraces(own, runs, { smoothing, hasSteps }));
  const without = seriesOf(rows, []).length - series.length;
  return fitLegend(withNote({
    data,
    layout: {
      ...frame({
        title: options.title ?? "Training loss",
        subtitle: options.subtitle ?? [
          smoothing > 0 ? `running mean (${smoothing})` : "single steps",
          seeds > 1 ? `mean of up to ${seeds} seeds` : "one seed",
          "points: validation loss",
          ...(without > 0 ? [`no curve for ${without} of the series`] : []),
        ].join("; "),
      }),
      xaxis: axis("step", { rangemode: "tozero" }),
      yaxis: axis("loss (nats per token)", { range: lossRange(data) }),
    },
  }));
}

function seriesTraces(
  { label, style }: Series,
  runs: readonly RunCurve[],
  { smoothing, hasSteps }: { smoothing: number; hasSteps: boolean },
): Trace[] {
  const curves = runs.map(({ steps }) => smoothed(steps, smoothing));
  // A run that was lost part of the way would bend the others' mean where it goes and where it ends.
  const whole = curves.filter((_, k) => runs[k]?.run.status === "done");
  const mean = thinned(meanCurve(whole.length > 0 ? whole : curves));
  const group = { type: "scatter" as const, legendgroup: label };
  const line: Trace = {
    ...group,
    mode: "lines",
    name: wrapped(label),
    x: mean.map(({ step }) => step),
    y: mean.map(({ loss }) => loss),
    line: { color: style.colour, dash: style.dash, width: 2 },
    hovertemplate: `${wrapped(label)}<br>step %{x}: %{y:.3f}<extra></extra>`,
  };
  const steps = hasSteps && smoothing > 0
    ? runs.map(({ steps }) => stepsTrace(steps, style, label))
    : [];
  return [
    ...steps,
    line,
    ...evaluationTrace(runs, { style, label }),
    ...lostTrace(runs, curves, { style, label }),
  ];
}

function stepsTrace(steps: readonly CurveRow[], style: MethodStyle, label: string): Trace {
  const points = thinned(smoothed(steps, 0));
  return {
    type: "scatter",
    legendgroup: label,
    mode: "lines",
    showlegend: false,
    hoverinfo: "skip",
    opacity: 0.22,
    x: points.map(({ step }) => step),
    y: points.map(({ loss }) => loss),
    line: { color: style.colour, width: 1 },
  };
}

function evaluationTrace(
  runs: readonly RunCurve[],
  { style, label }: { style: MethodStyle; label: string },
): Trace[] {
  const rows = runs.flatMap(({ steps }) => steps).filter((row) =>
    row.validation_loss !== null && Number.isFinite(row.validation_loss)
  );
  if (rows.length === 0) return [];
  const bySteps = [...Map.groupBy(rows, (row) => row.step)].sort(([a], [b]) => a - b);
  const means = bySteps.map(([step, own]) => ({
    step,
    spread: spread(own.map((row) => row.validation_loss ?? 0)),
  }));
  return [{
    type: "scatter",
    legendgroup: label,
    mode: "markers",
    showlegend: false,
    x: means.map(({ step }) => step),
    y: means.map(({ spread }) => spread?.mean ?? null),
    marker: {
      color: style.colour,
      symbol: style.symbol,
      size: 9,
      line: { color: "#ffffff", width: 1 },
    },
    hovertemplate: `${wrapped(label)}<br>validation at step %{x}: %{y:.3f}<extra></extra>`,
  }];
}

function lostTrace(
  runs: readonly RunCurve[],
  curves: readonly ReturnType<typeof smoothed>[],
  { style, label }: { style: MethodStyle; label: string },
): Trace[] {
  const ends = runs.flatMap(({ run }, k) => {
    const end = curves[k]?.findLast(({ loss }) => loss !== null);
    return run.status !== "done" && end ? [{ run, end }] : [];
  });
  if (ends.length === 0) return [];
  return [{
    type: "scatter",
    legendgroup: label,
    mode: "text+markers",
    showlegend: false,
    x: ends.map(({ end }) => end.step),
    y: ends.map(({ end }) => end.loss),
    text: ends.map(({ run }) => ` ${run.status}`),
    textposition: "middle right",
    textfont: { color: style.colour },
    marker: { color: style.colour, symbol: "x", size: 12, line: { color: "#ffffff", width: 1 } },
    hovertext: ends.map(({ run }) =>
      plainText(`${label}, seed ${run.seed}: ${readableStatus(run)}`)
    ),
    hovertemplate: "%{hovertext}<extra></extra>",
  }];
}

// The first steps and a loss that runs away would press all the rest flat: they leave the picture at the top.
function lossRange(data: readonly Trace[]): [number, number] {
  const losses = data.flatMap((trace) =>
    "y" in trace ? (trace.y as (number | null)[]).filter((y) => y !== null) : []
  ).sort((a, b) => a - b);
  const low = losses[0] ?? 0;
  const high = losses[Math.floor(0.985 * (losses.length - 1))] ?? 1;
  const gap = 0.06 * (high - low || 1);
  return [low - gap, high + gap];
}
