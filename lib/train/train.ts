import { type CheckpointFolder, lockCheckpoints } from "./checkpoint/lock_checkpoints.ts";
import { newestCheckpoint } from "./checkpoint/newest_checkpoint.ts";
import { requireSameConfiguration } from "./checkpoint/require_same_configuration.ts";
import { saveCheckpoint } from "./checkpoint/save_checkpoint.ts";
import type { JsonValue } from "../io/config_hash.ts";
import { eventTurn } from "../io/event_turn.ts";
import type {
  CheckpointEvent,
  CheckpointFailedEvent,
  EndEvent,
  EvaluationEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
} from "./events.ts";
import { requireMemory } from "./memory_need.ts";
import { ResidentMemory } from "./resident_memory.ts";
import {
  type ResolvedRun,
  resolveRun,
  runConfiguration,
  type TrainOptions,
} from "./run_options.ts";
import type { TrainingBatch } from "./training_data.ts";
import { scheduleFactor } from "./schedule.ts";
import { type StepResult, TrainStep } from "./step.ts";
import { restoreState, stateTensors } from "./training_state.ts";

/**
 * Trains a model and tells what happens.
 *
 * Where the checkpoint folder holds a checkpoint of the same configuration, the run goes on from it and
 * ends with the same bits as one that was never stopped. The model's variables hold the result.
 *
 * @example
 * ```ts ignore
 * for await (const event of train({ model, data, steps: 100, batch: 4, optimizer, seed: 1 })) {
 *   if (event.kind === "step") console.log(event.step, event.loss);
 * }
 * ```
 *
 * @throws {RangeError} Before the first step, if an option is out of range, the run cannot fit the
 * machine's memory, or the folder's checkpoint is of another configuration or model.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, void> {
  const run = resolveRun(options);
  await requireMemory(run);
  using folder = run.checkpoints && await lockCheckpoints(run.checkpoints.folder);
  using made = run.step ? undefined : new TrainStep(run.model, { ...run, seq: run.data.seq });
  run.step?.restart(run);
  const loop = new Loop(run, run.step ?? made as TrainStep, folder);
  yield await loop.resume();
  yield* loop.steps();
}

class Loop {
  readonly #run: ResolvedRun;
  readonly #step: TrainStep;
  readonly #folder: CheckpointFolder | undefined;
  readonly #configuration: JsonValue;
  readonly #memory = new ResidentMemory();
  #isReady = false;
  #readySeconds = 0;
  #done = 0;
  #saved = -1;

  constructor(run: ResolvedRun, step: TrainStep, folder: CheckpointFolder | undefined) {
    this.#run = run;
    this.#step = step;
    this.#folder = folder;
    this.#configuration = runConfiguration(run);
  }

  async resume(): Promise<StartEvent> {
    const { steps } = this.#run;
    if (!this.#folder) return { kind: "start", step: 0, steps, notices: [] };
    const { checkpoint, notices } = await newestCheckpoint(this.#folder.path);
    if (!checkpoint) return { kind: "start", step: 0, steps, notices };
    await using source = checkpoint;
    requireSameConfiguration(source.configuration, this.#configuration as object);
    await restoreState(this.#step.state, source);
    this.#done = this.#saved = source.step;
    return { kind: "start", step: source.step, steps, resumedFrom: source.path, notices };
  }

  async *steps(): AsyncGenerator<TrainEvent, void, void> {
    const { steps, evaluation, signal } = this.#run;
    while (this.#done < steps) {
      // Lets signals, sinks and timers have their turn between two steps.
      await eventTurn();
      if (signal?.aborted) return yield* this.#end("stopped", stopped(this.#done));
      if (!this.#isReady) {
        await this.#compile();
        continue;
      }
      const event = this.#next();
      if (!isFinite(event.loss) || !isFinite(event.gradientNorm)) {
        return yield* this.#end("diverged", diverged(event));
      }
      this.#done = event.step;
      yield event;
      if (evaluation && (this.#isDue(evaluation.every) || this.#done === steps)) {
        yield await this.#evaluate();
      }
      const every = this.#run.checkpoints?.every;
      if (every && (this.#done === 1 || this.#isDue(every))) yield* this.#save();
    }
    yield* this.#end("done");
  }

  /** What it takes counts as the first step's, which compiles where nothing else can. */
  async #compile(): Promise<void> {
    const start = performance.now();
    await this.#step.ready(this.#batches(this.#done));
    this.#readySeconds = (performance.now() - start) / 1000;
    this.#isReady = true;
  }

  #batches(step: number): TrainingBatch[] {
    const { data, batch, accumulation, seed } = this.#run;
    return Array.from(
      { length: accumulation },
      (_, micro) => data.at({ index: step * accumulation + micro, batch, seed }),
    );
  }

  #next(): StepEvent {
    const { data, batch, accumulation, schedule, steps } = this.#run;
    const step = this.#done;
    const start = performance.now();
    const batches = this.#batches(step);
    const readySeconds = this.#readySeconds;
    this.#readySeconds = 0;
    const factor = scheduleFactor(schedule, step, steps);
    const result: StepResult = this.#step.run(batches, { step, factor });
    return {
      kind: "step",
      step: step + 1,
      ...result,
      tokens: batch * accumulation * data.seq,
      seconds: readySeconds + (performance.now() - start) / 1000,
      residentBytes: this.#memory.read(),
    };
  }

  #isDue(every: number): boolean {
    return this.#done % every === 0;
  }

  async #evaluate(): Promise<EvaluationEvent> {
    const start = performance.now();
    const metrics = await this.#run.evaluation?.measure() ?? {};
    const seconds = (performance.now() - start) / 1000;
    return { kind: "evaluation", step: this.#done, metrics, seconds };
  }

  async *#save(): AsyncGenerator<CheckpointEvent | CheckpointFailedEvent, void, void> {
    if (!this.#folder || this.#saved === this.#done || this.#done === 0) return;
    const { seed, checkpoints, accumulation } = this.#run;
    const start = performance.now();
    const step = this.#done;
    try {
      const { path, bytes } = await saveCheckpoint(this.#folder, {
        step,
        seed,
        position: { microBatches: step * accumulation },
        configuration: this.#configuration as object,
        tensors: stateTensors(this.#step.state),
        ...(checkpoints?.keep === undefined ? {} : { keep: checkpoints.keep }),
      });
      this.#saved = step;
      const seconds = (performance.now() - start) / 1000;
      yield { kind: "checkpoint", step, path, bytes, seconds };
    } catch (error) {
      // A full disk must not end a run that may have taken days.
      const message = error instanceof Error ? error.message : String(error);
      yield { kind: "checkpoint-failed", step, error: message };
    }
  }

  async *#end(
    status: EndEvent["status"],
    message?: string,
  ): AsyncGenerator<TrainEvent, void, void> {
    yield* this.#save();
    yield { kind: "end", status, step: this.#done, ...(message === undefined ? {} : { message }) };
  }
}

function stopped(step: number): string {
  return `The run was stopped after step ${step}: start it again to go on`;
}

function diverged({ step, loss, gradientNorm }: StepEvent): string {
  return `The run diverged at step ${step}: the loss is ${loss} and the gradient norm ${gradientNorm}; ` +
    `the parameters are those of step ${step - 1}: use a lower learning rate or a longer warm-up`;
}
