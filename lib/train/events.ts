import type { Role } from "../model/trainable.ts";

/** The run begins, from the start or from a checkpoint. */
export interface StartEvent {
  readonly kind: "start";
  /** The number of steps that are done already; 0 for a new run. */
  readonly step: number;
  /** The number of steps of the whole run. */
  readonly steps: number;
  /** The checkpoint that the run goes on from. */
  readonly resumedFrom?: string;
  /** What the user should know, such as a damaged checkpoint that was passed over; whole sentences. */
  readonly notices: readonly string[];
}

/** One optimizer step is done. */
export interface StepEvent {
  readonly kind: "step";
  /** The number of steps that are done, from 1. */
  readonly step: number;
  /** The mean loss of the step's tokens before the update, nats. */
  readonly loss: number;
  /** The 2-norm of all gradients before clipping. */
  readonly gradientNorm: number;
  /** The learning rate of each group. */
  readonly learningRates: Readonly<Partial<Record<Role, number>>>;
  /** The tokens that were read. */
  readonly tokens: number;
  /** The time of the step, seconds; the first one compiles. */
  readonly seconds: number;
  /** What the process holds in memory, bytes (resident set); read about once a second. */
  readonly residentBytes: number;
}

/** The model was evaluated between steps. */
export interface EvaluationEvent {
  readonly kind: "evaluation";
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** How long it took, seconds. */
  readonly seconds: number;
}

/** A checkpoint was written. */
export interface CheckpointEvent {
  readonly kind: "checkpoint";
  readonly step: number;
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
}

/** A checkpoint could not be written; the run goes on and the last good one stays. */
export interface CheckpointFailedEvent {
  readonly kind: "checkpoint-failed";
  readonly step: number;
  readonly error: string;
}

/** A sink could not take an event; the run goes on, and the sink tries again. */
export interface SinkFailedEvent {
  readonly kind: "sink-failed";
  /** The number of steps that were done. */
  readonly step: number;
  /** The class of the sink, e.g. `JsonLines`. */
  readonly sink: string;
  /** What the sink threw. */
  readonly error: string;
}

/** How a run ended. */
export type RunStatus = "done" | "stopped" | "diverged";

/** The run is over. */
export interface EndEvent {
  readonly kind: "end";
  readonly status: RunStatus;
  /** The number of steps that are done. */
  readonly step: number;
  /** What happened, for `stopped` and `diverged`: one sentence with what to do. */
  readonly message?: string;
}

/** What a training run tells, in order. */
export type TrainEvent =
  | StartEvent
  | StepEvent
  | EvaluationEvent
  | CheckpointEvent
  | CheckpointFailedEvent
  | SinkFailedEvent
  | EndEvent;

/** Takes the events of a run: a progress line, a curve on disk, a figure. */
export interface TrainSink extends AsyncDisposable {
  /** Takes the next event; passes over kinds that it does not know. */
  take(event: TrainEvent): void | Promise<void>;
}
