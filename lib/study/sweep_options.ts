import type { EngineStatus } from "../engine/mod.ts";
import type { CodeState, RunStatus } from "../results/mod.ts";
import type { PlannedRun } from "./study.ts";

/** Options for `sweep()`. */
export interface SweepOptions {
  /** The name of the study, for rows and manifests. */
  readonly study: string;
  /** The runs, each once. */
  readonly runs: readonly PlannedRun[];
  /** The folder of the study's results. */
  readonly folder: string;
  /** What the user set over the study's values, such as `training.steps=100`. */
  readonly overrides?: readonly string[];
  /** Does all runs again, also those that have a result. */
  readonly fresh?: boolean;
  /** Does runs again that came out so; without it a run that failed is not tried again. */
  readonly retry?: readonly RunStatus[];
  /** Saves the merged model of each run that is done as `models/<run id>.safetensors` in the folder. */
  readonly saveModels?: boolean;
  /** Takes runs that came with the study's combined files, such as those of a checkout, as done. */
  readonly adopt?: boolean;
  /**
   * How many runs are done at a time. Default: 1, in this process; more are done in processes of their
   * own, which share the engine's threads evenly.
   */
  readonly jobs?: number;
  /** What the engine runs on, for the manifests; a function starts it, if there is anything to do. */
  readonly engine: EngineStatus | (() => Promise<EngineStatus>);
  /** The state of the code, for the manifests. */
  readonly code: CodeState;
  /** The command line, for the manifests. */
  readonly command: readonly string[];
  /** Stops after the step that is running. */
  readonly signal?: AbortSignal;
  /** Called now and then while another sweep holds the results; without it the sweep is refused. */
  readonly onWait?: () => void;
}
