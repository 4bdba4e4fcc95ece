import { makeManifest, type Manifest, type ResultsStore } from "../results/mod.ts";
import { type Job, ownJob } from "./jobs/job.ts";
import { mergeEvents } from "./jobs/merge_events.ts";
import type { JobEngine } from "./jobs/messages.ts";
import { RunQueue } from "./jobs/run_queue.ts";
import { startWorkerJob } from "./jobs/worker_job.ts";
import type { TrialResult } from "./run_trial.ts";
import { removeSavedModel, savedModelPath } from "./saved_model.ts";
import { removeScratch, scratchOf } from "./scratch.ts";
import type { PlannedRun } from "./study.ts";
import type { RunEndEvent, RunScoreEvent, RunStartEvent, RunTrainEvent } from "./sweep_events.ts";
import type { SweepOptions } from "./sweep_options.ts";

/** What doing runs tells. */
export type DoEvent = RunStartEvent | RunTrainEvent | RunScoreEvent | RunEndEvent;

/** Where results go, and how runs are done. */
export interface DoParts {
  readonly store: ResultsStore;
  readonly options: SweepOptions;
}

/**
 * Does runs, each once, by the jobs that are asked for. A run's result is in the store before its job
 * begins the next one.
 */
export async function* doRuns(
  open: readonly PlannedRun[],
  parts: DoParts,
): AsyncGenerator<DoEvent, void, void> {
  const { folder, jobs = 1, engine: given } = parts.options;
  if (open.length === 0) return;
  const engine = typeof given === "function" ? await given() : given;
  const count = Math.min(jobs, open.length);
  await using started = new AsyncDisposableStack();
  const queue = new RunQueue(open);
  const place = { next: 1, toRun: open.length };
  if (count === 1) {
    const job = started.use(ownJob(engine));
    return yield* doJob(0, { ...parts, job, queue, place });
  }
  const threads = Math.max(1, Math.floor(engine.threads.value / count));
  const starting = Array.from({ length: count }, () => startWorkerJob({ engine, threads, folder }));
  // One that does not start must not leave the others behind.
  const workers: Job[] = [];
  for (const outcome of await Promise.allSettled(starting)) {
    if (outcome.status === "fulfilled") workers.push(started.use(outcome.value));
  }
  await Promise.all(starting);
  yield* mergeEvents(workers.map((job, index) => doJob(index, { ...parts, job, queue, place })));
}

interface JobParts extends DoParts {
  readonly job: Job;
  readonly queue: RunQueue;
  /** The place of the next run, shared by all jobs. */
  readonly place: { next: number; readonly toRun: number };
}

async function* doJob(index: number, parts: JobParts): AsyncGenerator<DoEvent, void, void> {
  const { queue, place, options: { signal } } = parts;
  while (!signal?.aborted) {
    const planned = queue.take(index);
    if (!planned) return;
    const { toRun } = place;
    yield { kind: "run", index: place.next++, toRun, job: index + 1, planned };
    yield* doRun(planned, parts);
  }
}

async function* doRun(
  { id, spec }: PlannedRun,
  { job, store, options }: JobParts,
): AsyncGenerator<RunTrainEvent | RunScoreEvent | RunEndEvent, void, void> {
  const { study, folder, saveModels = false, signal } = options;
  const modelFile = saveModels ? savedModelPath(folder, id) : undefined;
  const run = job.run(spec, {
    id,
    study,
    scratch: scratchOf(folder, id),
    ...(modelFile !== undefined && { modelFile }),
    ...(signal && { signal }),
  });
  let next = await run.next();
  for (; !next.done; next = await run.next()) {
    const event = next.value;
    yield event.kind === "score"
      ? { kind: "score", runId: id, event }
      : { kind: "train", runId: id, event };
  }
  const result = next.value;
  const { run: row, curve, layers } = result;
  const manifest = manifestOf({ id, spec }, { options, engine: job.engine, result });
  await store.add({ run: row, curve, layers, manifest });
  if (row.status !== "stopped") await removeScratch(folder, id);
  const { modelError } = result;
  const isSaved = modelFile !== undefined && row.status === "done" && modelError === null;
  // An older one is that of an older result.
  if (!isSaved && row.status !== "stopped") await removeSavedModel(folder, id);
  yield {
    kind: "result",
    row,
    ...(isSaved && { modelFile }),
    ...(modelError !== null && { modelError }),
  };
}

interface ManifestParts {
  readonly options: SweepOptions;
  readonly engine: JobEngine;
  readonly result: Pick<TrialResult, "inputs" | "resumedFrom">;
}

function manifestOf(
  { id, spec }: Pick<PlannedRun, "id" | "spec">,
  { options, engine, result: { inputs, resumedFrom } }: ManifestParts,
): Manifest {
  const { study, command, overrides = [], code } = options;
  return makeManifest({
    run: { id, study, command, resumedFrom },
    configuration: JSON.parse(JSON.stringify(spec)),
    overrides,
    seed: { value: spec.seed, drawn: false },
    code,
    inputs,
    libraries: engine.version === undefined ? {} : { [engine.backend.value]: engine.version },
    device: engine.backend,
    threads: engine.threads.value,
    protocol: JSON.parse(JSON.stringify(spec.evaluation)),
  });
}
