import { runTrial, type RunTrialOptions, type TrialEvent, type TrialResult } from "../run_trial.ts";
import type { RunSpec } from "../run_spec.ts";
import { Workbench } from "../workbench.ts";
import type { JobEngine } from "./messages.ts";

/** Options for {@linkcode Job.run}. */
export type JobRunOptions = RunTrialOptions & Required<Pick<RunTrialOptions, "scratch">>;

/** Something that does one run after the other: this process, or one of its own. */
export interface Job extends AsyncDisposable {
  /** What its engine runs on. */
  readonly engine: JobEngine;
  /** Does a run, as {@linkcode runTrial} does. */
  run(spec: RunSpec, options: JobRunOptions): AsyncGenerator<TrialEvent, TrialResult, void>;
}

/** Does runs in this process. */
export function ownJob(engine: JobEngine): Job {
  const bench = new Workbench();
  return {
    engine,
    run: (spec, options) => runTrial(spec, bench, options),
    [Symbol.asyncDispose]: () => Promise.try(() => bench[Symbol.dispose]()),
  };
}
