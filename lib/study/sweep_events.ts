import type { RunRow } from "../results/mod.ts";
import type { TrainEvent } from "../train/events.ts";
import type { ScoreEvent } from "./score_trial.ts";
import type { PlannedRun } from "./study.ts";

/** The sweep begins. */
export interface PlanEvent {
  readonly kind: "plan";
  readonly total: number;
  /** Runs that have a result of status `done` and are left as they are. */
  readonly done: number;
  /** Runs that came to something else, and are not tried again either. */
  readonly lost: readonly RunRow[];
  readonly toRun: number;
  /** How many of the runs to do have a result from elsewhere, which `adopt` would take. */
  readonly elsewhere: number;
  /** Runs whose files were damaged: they are set aside and done again. */
  readonly damaged: readonly string[];
  /** How many of the runs that are done have no saved model, where models are to be saved. */
  readonly unsaved: number;
}

/** A run begins. */
export interface RunStartEvent {
  readonly kind: "run";
  /** Its place among the runs of this sweep, from 1. */
  readonly index: number;
  readonly toRun: number;
  /** The job that does it, from 1. */
  readonly job: number;
  readonly planned: PlannedRun;
}

/** A run's training tells something. */
export interface RunTrainEvent {
  readonly kind: "train";
  readonly runId: string;
  readonly event: TrainEvent;
}

/** A run's model is scored after its training. */
export interface RunScoreEvent {
  readonly kind: "score";
  readonly runId: string;
  readonly event: ScoreEvent;
}

/** A run is done, and its result on the disk. */
export interface RunEndEvent {
  readonly kind: "result";
  readonly row: RunRow;
  /** Where its merged model was saved. */
  readonly modelFile?: string;
  /** Why its merged model could not be saved. */
  readonly modelError?: string;
}

/** The sweep is over. */
export interface SweepEndEvent {
  readonly kind: "end";
  readonly status: "done" | "stopped";
  /** The rows of all runs of the study that have a result, in its order. */
  readonly rows: readonly RunRow[];
}

/** What a sweep tells, in order. */
export type SweepEvent =
  | PlanEvent
  | RunStartEvent
  | RunTrainEvent
  | RunScoreEvent
  | RunEndEvent
  | SweepEndEvent;
