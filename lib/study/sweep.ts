import { join } from "node:path";
import type { EngineStatus } from "../engine/mod.ts";
import {
  type CodeState,
  makeManifest,
  type Manifest,
  openStore,
  type ResultsStore,
  type RunRow,
} from "../results/mod.ts";
import type { TrainEvent } from "../train/events.ts";
import { orderRuns } from "./order_runs.ts";
import { runTrial } from "./run_trial.ts";
import type { PlannedRun } from "./study.ts";
import { Workbench } from "./workbench.ts";

/** Options for {@linkcode sweep}. */
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
  /** What the engine runs on, for the manifests. */
  readonly engine: EngineStatus;
  /** The state of the code, for the manifests. */
  readonly code: CodeState;
  /** The command line, for the manifests. */
  readonly command: readonly string[];
  /** Stops after the step that is running. */
  readonly signal?: AbortSignal;
  /** Called now and then while another sweep holds the results; without it the sweep is refused. */
  readonly onWait?: () => void;
}

/** The sweep begins. */
export interface PlanEvent {
  readonly kind: "plan";
  readonly total: number;
  /** Runs that have a result, by their status. */
  readonly done: number;
  readonly failed: number;
  readonly toRun: number;
  /** Runs whose files were damaged: they are set aside and done again. */
  readonly damaged: readonly string[];
}

/** A run begins. */
export interface RunStartEvent {
  readonly kind: "run";
  /** Its place among the runs of this sweep, from 1. */
  readonly index: number;
  readonly toRun: number;
  readonly planned: PlannedRun;
}

/** A run's training tells something. */
export interface RunTrainEvent {
  readonly kind: "train";
  readonly event: TrainEvent;
}

/** A run is done, and its result on the disk. */
export interface RunEndEvent {
  readonly kind: "result";
  readonly row: RunRow;
}

/** The sweep is over. */
export interface SweepEndEvent {
  readonly kind: "end";
  readonly status: "done" | "stopped";
  /** The rows of all runs of the study that have a result, in its order. */
  readonly rows: readonly RunRow[];
}

/** What a sweep tells, in order. */
export type SweepEvent = PlanEvent | RunStartEvent | RunTrainEvent | RunEndEvent | SweepEndEvent;

/**
 * Does the runs of a study that have no result yet, one after the other.
 *
 * Runs that share what is compiled follow each other. A run's result is on the disk before the next one
 * begins; a run that fails is a result, and the others go on. A sweep that was killed goes on where it
 * was, inside of a run from its newest checkpoint.
 *
 * @throws {Error} If another sweep writes into the folder, or the disk refuses a result.
 */
export async function* sweep(options: SweepOptions): AsyncGenerator<SweepEvent, void, void> {
  const { runs, folder, fresh = false, signal, onWait } = options;
  using store = await openStore(folder, onWait ? { onWait } : {});
  const open = orderRuns(runs.filter(({ id }) => fresh || !isDone(store, id)));
  const rows = runs.flatMap(({ id }) => store.row(id) ?? []);
  yield {
    kind: "plan",
    total: runs.length,
    done: runs.length - open.length,
    failed: rows.filter(({ status }) => status !== "done" && status !== "stopped").length,
    toRun: open.length,
    damaged: store.damaged.map(({ runId }) => runId),
  };
  using bench = new Workbench();
  for (const [index, planned] of open.entries()) {
    if (signal?.aborted) break;
    yield { kind: "run", index: index + 1, toRun: open.length, planned };
    yield* doRun(planned, { bench, store, options });
  }
  const isStopped = signal?.aborted ?? false;
  if (!isStopped) await store.combine({ order: runs.map(({ id }) => id) });
  yield {
    kind: "end",
    status: isStopped ? "stopped" : "done",
    rows: runs.flatMap(({ id }) => store.row(id) ?? []),
  };
}

// A stopped run has a row, so that tables can show it, and is taken up again.
function isDone(store: ResultsStore, id: string): boolean {
  const row = store.row(id);
  return row !== undefined && row.status !== "stopped";
}

interface RunParts {
  readonly bench: Workbench;
  readonly store: ResultsStore;
  readonly options: SweepOptions;
}

async function* doRun(
  { id, spec }: PlannedRun,
  { bench, store, options }: RunParts,
): AsyncGenerator<RunTrainEvent | RunEndEvent, void, void> {
  const scratch = join(options.folder, "running", id);
  const run = runTrial(spec, bench, {
    id,
    study: options.study,
    scratch,
    ...(options.signal && { signal: options.signal }),
  });
  let next = await run.next();
  for (; !next.done; next = await run.next()) yield { kind: "train", event: next.value };
  const { resumedFrom, ...result } = next.value;
  await store.add({ ...result, manifest: manifestOf({ id, spec }, options, resumedFrom) });
  if (result.run.status !== "stopped") await removeFolder(scratch);
  yield { kind: "result", row: result.run };
}

function manifestOf(
  { id, spec }: Pick<PlannedRun, "id" | "spec">,
  { study, command, overrides = [], engine, code }: SweepOptions,
  resumedFrom: string | null,
): Manifest {
  return makeManifest({
    run: { id, study, command, resumedFrom },
    configuration: JSON.parse(JSON.stringify(spec)),
    overrides,
    seed: { value: spec.seed, drawn: false },
    code,
    inputs: [],
    libraries: engine.version === undefined ? {} : { tensorflow: engine.version },
    device: engine.backend,
    threads: engine.threads.value,
    protocol: JSON.parse(JSON.stringify(spec.evaluation)),
  });
}

async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    // A run that trains nothing has none.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
