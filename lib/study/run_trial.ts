import { NotEnoughMemoryError } from "../engine/mod.ts";
import { join } from "node:path";
import { clampedScales, roundingShares } from "../methods/diagnostics.ts";
import type { LinearState } from "../methods/linear_state.ts";
import type { LrQatForm } from "../methods/lr_qat.ts";
import type { InputFile } from "../results/manifest.ts";
import type { CurveRow, LayerRow, RunRow } from "../results/run_row.ts";
import type { EndEvent, TrainEvent } from "../train/events.ts";
import { readEventFile } from "../train/sinks/event_file.ts";
import { JsonLines } from "../train/sinks/json_lines.ts";
import { pipe } from "../train/sinks/pipe.ts";
import { curveRows } from "./curve_rows.ts";
import { errorsAtStart, layerMeans, layerRows } from "./layer_rows.ts";
import { float16Bytes } from "./linear_bytes.ts";
import { runTimes } from "./run_times.ts";
import { describeRun, type RunNaming } from "./describe_run.ts";
import type { RunSpec } from "./run_spec.ts";
import { type ScoreEvent, scoreTrial } from "./score_trial.ts";
import type { Trial } from "./trial.ts";
import type { Workbench } from "./workbench.ts";

/** Options for {@linkcode runTrial}. */
export interface RunTrialOptions extends RunNaming {
  /**
   * A folder of the run's own for checkpoints and the curve so far, from which a killed run goes on;
   * the caller removes it when the result is safe. Without it a killed run begins anew.
   */
  readonly scratch?: string;
  /** Where the merged model is saved when all is measured. */
  readonly modelFile?: string;
  /** Stops after the step or the block that is running; the run then counts as stopped. */
  readonly signal?: AbortSignal;
}

/** Steps between checkpoints of a run with a scratch folder. */
const CHECKPOINT_EVERY = 200;

/** What a run came to. */
export interface TrialResult {
  readonly run: RunRow;
  readonly curve: readonly CurveRow[];
  readonly layers: readonly LayerRow[];
  /** The files that were read; none of a run that found one of them missing. */
  readonly inputs: readonly InputFile[];
  /** The checkpoint that the training went on from. */
  readonly resumedFrom: string | null;
  /** Why the merged model could not be saved, where it was to be. */
  readonly modelError: string | null;
}

/** What doing a run tells. */
export type TrialEvent = TrainEvent | ScoreEvent;

/** The numbers of a row that are not there until they are measured. */
type Found = { -readonly [Name in keyof RunRow]?: RunRow[Name] };

/**
 * Does one run: prepares, trains, scores, merges, scores again, and compares with round to nearest.
 *
 * A run that fails, diverges or runs out of memory is a result, with what was found before.
 *
 * @returns The events of the training and of the scoring after it, and at the end the result.
 */
export async function* runTrial(
  spec: RunSpec,
  bench: Workbench,
  options: RunTrialOptions,
): AsyncGenerator<TrialEvent, TrialResult, void> {
  const started = new Date().toISOString();
  const found: Found = {};
  const curve: CurveRow[] = [];
  const layers: LayerRow[] = [];
  const work: Work = {
    ...{ bench, options, found, curve, layers },
    inputs: [],
    resumedFrom: null,
    modelError: null,
  };
  try {
    yield* measure(spec, work);
  } catch (error) {
    const { signal } = options;
    const isStopped = signal?.aborted === true && error === signal.reason;
    found.status = isStopped ? "stopped" : isOutOfMemory(error) ? "oom" : "failed";
    found.error = isStopped
      ? "The run was stopped while it was scored: start it again to go on"
      : error instanceof Error
      ? error.message
      : String(error);
  }
  const run = { ...describeRun(spec, options), ...found, started };
  const { inputs, resumedFrom, modelError } = work;
  return { run, curve, layers, inputs, resumedFrom, modelError };
}

interface Work {
  readonly bench: Workbench;
  readonly options: RunTrialOptions;
  readonly found: Found;
  readonly curve: CurveRow[];
  readonly layers: LayerRow[];
  inputs: readonly InputFile[];
  resumedFrom: string | null;
  modelError: string | null;
}

async function* measure(spec: RunSpec, work: Work): AsyncGenerator<TrialEvent, void, void> {
  const { bench, found, layers, options: { id } } = work;
  work.inputs = await bench.inputs(spec);
  const starts = await bench.starts(spec);
  const clock = stopwatch();
  const trial = await bench.trial(spec);
  found.prepare_seconds = clock();
  found.float16_bytes = float16Bytes([...trial.prepared.states.values()].map(({ shape }) => shape));
  found.trainable = trial.prepared.trainables.reduce((sum, { variable }) => sum + variable.size, 0);
  await tiesAtStart(trial, found);
  const errors = await errorsAtStart(trial);
  const end = yield* learn(spec, trial, work);
  found.status = end && end.status !== "done" ? end.status : "done";
  found.error = end?.message ?? null;
  if (found.status !== "done") return;
  yield* scoreTrial(spec, trial, { bench, found, signal: work.options.signal });
  const { parameters } = await bench.model(spec.model);
  layers.push(...await layerRows(trial, { id, starts, errors, parameters }));
  Object.assign(found, layerMeans(layers));
  found.scales_clamped = starts.size === 0 ? null : await clampedScales(trial.prepared);
  if (work.options.modelFile !== undefined) {
    work.modelError = await faultOf(trial.save(work.options.modelFile));
  }
}

async function* learn(
  spec: RunSpec,
  trial: Trial,
  work: Work,
): AsyncGenerator<TrainEvent, EndEvent | undefined, void> {
  const { bench, options, found, curve } = work;
  const { training, evaluation, seed } = spec;
  if (!training) return undefined;
  const validation = await bench.text(spec, "validation");
  const every = evaluation.validateEvery;
  const run = trial.train({
    ...training,
    data: await bench.data(spec.model, training),
    seed,
    ...(options.signal && { signal: options.signal }),
    ...(options.scratch && {
      checkpoints: { folder: join(options.scratch, "checkpoints"), every: CHECKPOINT_EVERY },
    }),
    ...(validation && every > 0 && {
      evaluation: {
        every,
        measure: async () => ({ validation_loss: (await trial.score(validation)).meanLoss }),
      },
    }),
  });
  const path = options.scratch && join(options.scratch, "curve.jsonl");
  const seen: TrainEvent[] = [];
  for await (const event of path ? pipe(run, new JsonLines(path)) : run) {
    if (event.kind === "start") work.resumedFrom = event.resumedFrom ?? null;
    seen.push(event);
    yield event;
  }
  // A run that was taken up has its first steps in the file only.
  const events = path ? (await readEventFile(path)).map(({ event }) => event) : seen;
  curve.push(...curveRows(events, { id: options.id, spec: training }));
  Object.assign(found, runTimes(events));
  const last = curve.at(-1);
  if (last?.step === training.steps) found.validation_loss = last.validation_loss;
  const end = seen.at(-1);
  return end?.kind === "end" ? end : undefined;
}

async function tiesAtStart({ prepared }: Trial, found: Found): Promise<void> {
  if (prepared.method.name !== "lr-qat") return;
  let [ties, weights] = [0, 0];
  for (const state of prepared.states.values()) {
    const size = state.shape[0] * state.shape[1];
    ties += size * (await roundingShares(state as LinearState<LrQatForm>)).ties;
    weights += size;
  }
  found.ties_at_start = ties / weights;
}

// A disk that takes no model must not cost the numbers of a run that may have taken days.
async function faultOf(saving: Promise<void>): Promise<string | null> {
  try {
    await saving;
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

// TensorFlow's code for a full device, and what V8 says of a full heap.
function isOutOfMemory(error: unknown): boolean {
  return error instanceof NotEnoughMemoryError || error instanceof Error &&
      /RESOURCE_EXHAUSTED|out of memory|\bOOM\b|allocation failed/i.test(error.message);
}
