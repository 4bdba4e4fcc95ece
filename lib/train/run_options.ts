import type { LlamaConfig } from "../model/config.ts";
import type { JsonValue } from "../io/config_hash.ts";
import { type OptimizerOptions, resolveOptimizer } from "./optimizer.ts";
import { type Schedule, scheduleFactor } from "./schedule.ts";
import type { Recompute, TrainStep } from "./step.ts";
import type { Trainee } from "../model/trainee.ts";
import type { TrainingData } from "./training_data.ts";

/** Where and how often a run saves itself. */
export interface CheckpointOptions {
  /** The folder of this run's checkpoints. A run that finds one there goes on from it. */
  readonly folder: string;
  /** Steps between checkpoints; there is one after the first step and one at the end, too. */
  readonly every: number;
  /** The number of newest checkpoints that stay. Default: 2. */
  readonly keep?: number;
}

/** How a model is evaluated between steps. */
export interface EvaluationOptions {
  /** Steps between evaluations; there is one at the end, too. */
  readonly every: number;
  /** Measures the model as it is now. */
  measure(): Promise<Readonly<Record<string, number>>>;
}

/** A training run. */
export interface TrainOptions {
  readonly model: Trainee;
  readonly data: TrainingData;
  /** The number of optimizer steps. */
  readonly steps: number;
  /** The rows of a micro-batch. */
  readonly batch: number;
  /** Micro-batches a step. Default: 1. */
  readonly accumulation?: number;
  readonly optimizer: OptimizerOptions;
  /** Default: linear decay after a warm-up of 10 % of the steps, as in LR-QAT. */
  readonly schedule?: Schedule;
  /** What the backward pass computes again. Default: `none`. */
  readonly recompute?: Recompute;
  /** The share of dropped numbers, from 0 to below 1. Default: 0. */
  readonly dropout?: number;
  /** The seed of data order and dropout, an integer from 0 to 2^53 - 1. */
  readonly seed: number;
  readonly checkpoints?: CheckpointOptions;
  readonly evaluation?: EvaluationOptions;
  /**
   * A compiled step of this model to use again, with the same `seq`, `recompute` and `dropout`; it stays
   * the caller's. By default the run makes its own.
   */
  readonly step?: TrainStep;
  /** Stops the run after the step that is running, with a checkpoint. */
  readonly signal?: AbortSignal;
}

/** {@linkcode TrainOptions} with the defaults filled in. */
export type ResolvedRun =
  & TrainOptions
  & Required<
    Pick<TrainOptions, "accumulation" | "schedule" | "recompute" | "dropout">
  >;

/**
 * Fills in the defaults and checks everything that can be checked before the first step.
 *
 * @throws {RangeError} If an option is out of range or the data do not fit the run.
 */
export function resolveRun(options: TrainOptions): ResolvedRun {
  const run: ResolvedRun = {
    accumulation: 1,
    schedule: { kind: "linear", warmup: 0.1 },
    recompute: "none",
    dropout: 0,
    ...options,
  };
  requireCount("steps", run.steps);
  requireCount("batch", run.batch);
  requireCount("accumulation", run.accumulation);
  if (run.checkpoints) requireCount("checkpoints.every", run.checkpoints.every);
  if (run.evaluation) requireCount("evaluation.every", run.evaluation.every);
  resolveOptimizer(run.optimizer, run.model.trainables);
  scheduleFactor(run.schedule, 0, run.steps);
  requireData(run);
  return run;
}

/** What a resumed run must have the same as the run that it goes on with. */
export function runConfiguration(run: ResolvedRun): JsonValue {
  const { name, fingerprint, seq } = run.data;
  const { beta1, beta2, epsilon, clip, moments, groups } = resolveOptimizer(
    run.optimizer,
    run.model.trainables,
  );
  return {
    model: run.model.identity,
    architecture: architectureOf(run.model.config),
    data: { name, fingerprint, seq },
    steps: run.steps,
    batch: run.batch,
    accumulation: run.accumulation,
    optimizer: {
      beta1,
      beta2,
      epsilon,
      clip,
      // Runs from before there was a choice can go on.
      ...(moments !== "float32" && { moments }),
      groups: Object.fromEntries(groups) as JsonObject,
    },
    schedule: { ...run.schedule },
    recompute: run.recompute,
    dropout: run.dropout,
    seed: run.seed,
  };
}

type JsonObject = { readonly [name: string]: JsonValue };

function architectureOf(config: LlamaConfig): JsonValue {
  return JSON.parse(JSON.stringify(config));
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(
    `Cannot train: '${name}' must be a positive integer: current value is ${value}`,
  );
}

function requireData({ data, batch, accumulation, model }: ResolvedRun): void {
  const needed = batch * accumulation;
  if (data.rows < needed) {
    throw new RangeError(
      `Cannot train on ${
        JSON.stringify(data.name)
      }: it has ${data.rows} rows of ${data.seq} tokens and a step takes ${needed}; use a smaller batch, shorter rows or a longer text`,
    );
  }
  if (data.seq > model.config.maxPositions) {
    throw new RangeError(
      `Cannot train on rows of ${data.seq} tokens: the model's limit is ${model.config.maxPositions}`,
    );
  }
  if (data.largestId >= model.config.vocabSize) {
    throw new RangeError(
      `Cannot train on ${
        JSON.stringify(data.name)
      }: it holds token ${data.largestId} and the model knows ${model.config.vocabSize} tokens; use the model's own tokenizer`,
    );
  }
}
