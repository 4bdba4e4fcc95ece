import { isFile } from "../io/path_kind.ts";
import { openStore, type ResultsStore, type RunRow } from "../results/mod.ts";
import { type DoParts, doRuns } from "./do_runs.ts";
import { awaitWorkers } from "./jobs/worker_lock.ts";
import { isOpenRun } from "./open_run.ts";
import { orderRuns } from "./order_runs.ts";
import { requireSources } from "./require_sources.ts";
import { savedModelPath } from "./saved_model.ts";
import { removeScratch, scratchIds } from "./scratch.ts";
import type { PlannedRun } from "./study.ts";
import type { SweepEvent } from "./sweep_events.ts";
import type { SweepOptions } from "./sweep_options.ts";

export type { SweepEvent } from "./sweep_events.ts";
export type { SweepOptions } from "./sweep_options.ts";

/**
 * Does the runs of a study that have no result yet, one after the other or several at a time.
 *
 * Runs that share what is compiled follow each other. A run's result is on the disk before its job
 * begins the next one; a run that fails is a result, and the others go on. A sweep that was killed goes
 * on where it was, inside of a run from its newest checkpoint. The number of jobs changes no result as
 * long as the threads of a run stay the same.
 *
 * @throws {RangeError} If the number of jobs is no positive integer.
 * @throws {Error} If another sweep writes into the folder, a model or text cannot be used, or the disk
 * refuses a result.
 */
export async function* sweep(options: SweepOptions): AsyncGenerator<SweepEvent, void, void> {
  const { runs, folder, signal, onWait } = options;
  requireJobs(options);
  using store = await openStore(folder, onWait ? { onWait } : {});
  await awaitWorkers(folder, signal);
  if (options.adopt) await store.adopt();
  const open = orderRuns(runs.filter(({ id }) => isOpenRun(store.row(id), options)));
  await requireSources(open);
  if (!signal?.aborted) await removeStale(store, { open, options });
  const settled = settledRows(runs, { open, store });
  yield {
    kind: "plan",
    total: runs.length,
    done: settled.filter(({ status }) => status === "done").length,
    lost: settled.filter(({ status }) => status !== "done"),
    toRun: open.length,
    elsewhere: open.filter(({ id }) => store.kept.includes(id)).length,
    damaged: store.damaged.map(({ runId }) => runId),
    unsaved: await countUnsaved(settled, options),
  };
  yield* doRuns(open, { store, options });
  const isStopped = signal?.aborted ?? false;
  if (!isStopped) await store.combine({ order: runs.map(({ id }) => id) });
  yield {
    kind: "end",
    status: isStopped ? "stopped" : "done",
    rows: runs.flatMap(({ id }) => store.row(id) ?? []),
  };
}

function requireJobs({ jobs = 1 }: SweepOptions): void {
  if (Number.isSafeInteger(jobs) && jobs > 0) return;
  throw new RangeError(
    `Cannot begin a sweep: 'jobs' must be a positive integer: current value is ${jobs}`,
  );
}

function settledRows(
  runs: readonly PlannedRun[],
  { open, store }: { readonly open: readonly PlannedRun[]; readonly store: ResultsStore },
): RunRow[] {
  const ids = new Set(open.map(({ id }) => id));
  return runs.flatMap(({ id }) => ids.has(id) ? [] : store.row(id) ?? []);
}

async function countUnsaved(
  settled: readonly RunRow[],
  { folder, saveModels = false }: SweepOptions,
): Promise<number> {
  if (!saveModels) return 0;
  const done = settled.filter(({ status }) => status === "done");
  const saved = await Promise.all(done.map((row) => isFile(savedModelPath(folder, row.run_id))));
  return saved.filter((isThere) => !isThere).length;
}

/** Removes what killed sweeps left of runs that are done, and of all that are done afresh. */
async function removeStale(
  store: ResultsStore,
  { open, options }: Pick<DoParts, "options"> & { readonly open: readonly PlannedRun[] },
): Promise<void> {
  const anew = new Set(options.fresh ? open.map(({ id }) => id) : []);
  for (const id of await scratchIds(options.folder)) {
    if (anew.has(id) || store.row(id)?.status === "done") await removeScratch(options.folder, id);
  }
}
