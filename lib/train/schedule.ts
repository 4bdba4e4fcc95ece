/** How the learning rate changes over a run. */
export type ScheduleKind = "constant" | "linear" | "cosine";

/** All kinds of {@linkcode ScheduleKind}. */
export const SCHEDULES: readonly ScheduleKind[] = ["constant", "linear", "cosine"];

/** A schedule of the learning rate. */
export interface Schedule {
  readonly kind: ScheduleKind;
  /** The share of the run in which the rate rises from 0, from 0 to 1. */
  readonly warmup: number;
}

/**
 * The factor of the learning rate at a step: linear warm-up from 0, then constant, linear or cosine
 * decay to 0, as in Hugging Face transformers.
 *
 * `t < warm: t / warm`; else `1`, `(total - t) / (total - warm)` or
 * `(1 + cos(π (t - warm) / (total - warm))) / 2`; 0 after the end.
 *
 * @param step t, the step from 0.
 * @param steps total, the steps of the run.
 * @throws {RangeError} If the warm-up is not from 0 to 1.
 */
export function scheduleFactor({ kind, warmup }: Schedule, step: number, steps: number): number {
  if (!(warmup >= 0 && warmup <= 1)) {
    throw new RangeError(`A warm-up must be a share from 0 to 1: current value is ${warmup}`);
  }
  const warm = Math.round(warmup * steps);
  if (step < warm) return step / warm;
  if (kind === "constant") return 1;
  if (step >= steps) return 0;
  const done = (step - warm) / (steps - warm);
  return kind === "linear" ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
}
