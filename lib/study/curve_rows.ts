import type { Role } from "../model/trainable.ts";
import type { CurveRow } from "../results/run_row.ts";
import type { TrainEvent } from "../train/events.ts";
import type { TrainingSpec } from "./run_spec.ts";

/** Options of {@linkcode curveRows}. */
export interface CurveRowsOptions {
  /** The run's id. */
  readonly id: string;
  readonly spec: TrainingSpec;
}

/** The steps of a run as rows, each with the evaluation that followed it, if one did. */
export function curveRows(
  events: readonly TrainEvent[],
  { id, spec }: CurveRowsOptions,
): CurveRow[] {
  const losses = new Map(
    events.filter((event) => event.kind === "evaluation")
      .map(({ step, metrics }) => [step, metrics.validation_loss ?? null]),
  );
  return events.filter((event) => event.kind === "step").map((event) => ({
    run_id: id,
    step: event.step,
    loss: event.loss,
    gradient_norm: event.gradientNorm,
    factor: factorOf(event.learningRates, spec),
    validation_loss: losses.get(event.step) ?? null,
  }));
}

function factorOf(
  rates: Readonly<Partial<Record<Role, number>>>,
  { optimizer: { groups } }: TrainingSpec,
): number {
  for (const [role, rate] of Object.entries(rates)) {
    const peak = groups[role as Role]?.learningRate ?? 0;
    if (peak > 0) return rate / peak;
  }
  return 0;
}
