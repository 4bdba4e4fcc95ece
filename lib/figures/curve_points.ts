import type { CurveRow } from "../results/run_row.ts";

/** A loss at a step; `null` where it was no number. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number | null;
}

/** Points of a line; twice as many as a wide screen has pixels for. */
const MOST_POINTS = 2000;

/**
 * The running mean of a run's loss: each step keeps `keep` of the mean so far. The start is not pulled
 * to zero: the weights are divided by their sum, as Adam divides its moments. Losses that are not
 * finite count in no mean.
 */
export function smoothed(steps: readonly CurveRow[], keep: number): CurvePoint[] {
  let [sum, weight] = [0, 0];
  return steps.map(({ step, loss }) => {
    if (!Number.isFinite(loss)) return { step, loss: null };
    sum = keep * sum + (1 - keep) * loss;
    weight = keep * weight + (1 - keep);
    return { step, loss: sum / weight };
  });
}

/** The mean of curves at each step, over those that have a loss there. */
export function meanCurve(curves: readonly (readonly CurvePoint[])[]): CurvePoint[] {
  const byStep = [...Map.groupBy(curves.flat(), ({ step }) => step)].sort(([a], [b]) => a - b);
  return byStep.map(([step, points]) => {
    const losses = points.flatMap(({ loss }) => loss === null ? [] : [loss]);
    const sum = losses.reduce((total, loss) => total + loss, 0);
    return { step, loss: losses.length === 0 ? null : sum / losses.length };
  });
}

/** At most 2,000 points of a curve, evenly chosen, first and last among them. */
export function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  if (points.length <= MOST_POINTS) return [...points];
  const stride = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, k) => points[Math.round(k * stride)])
    .filter((point) => point !== undefined);
}
