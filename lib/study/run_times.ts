import type { RunRow } from "../results/run_row.ts";
import type { TrainEvent } from "../train/events.ts";

/** The columns of a row that tell what training took. */
export type RunTimes = Pick<
  RunRow,
  "compile_seconds" | "train_seconds" | "step_seconds" | "peak_resident_bytes"
>;

/**
 * What the training of a run took, by its events: each step once, also those of processes before this
 * one. The first step after each start compiles; it counts as compiling, and the median leaves it out.
 *
 * @returns The times; none where no step was done.
 */
export function runTimes(events: readonly TrainEvent[]): Partial<RunTimes> {
  const [compiling, training, resident]: [number[], number[], number[]] = [[], [], []];
  let isFirst = true;
  for (const event of events) {
    if (event.kind === "start") isFirst = true;
    if (event.kind !== "step") continue;
    (isFirst ? compiling : training).push(event.seconds);
    resident.push(event.residentBytes);
    isFirst = false;
  }
  if (compiling.length === 0) return {};
  return {
    compile_seconds: sum(compiling),
    train_seconds: sum(training),
    step_seconds: training.toSorted((a, b) => a - b)[training.length >> 1] ?? null,
    peak_resident_bytes: Math.max(...resident),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
