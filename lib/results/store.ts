import { join } from "node:path";
import { makeFolder } from "../io/make_folder.ts";
import { isDiskFull, isSystemError } from "../io/system_error.ts";
import { writeCombined } from "./combined_files.ts";
import { keepSafe, keptRuns } from "./kept_runs.ts";
import { type DamagedRun, loadRuns, removeLeftovers, RUNS_FOLDER } from "./load_runs.ts";
import { lockResults, type LockResultsOptions } from "./lock_results.ts";
import { readRunFiles, runPaths, writeRunFiles } from "./run_files.ts";
import type { RunResult } from "./run_result.ts";
import type { RunRow } from "./run_row.ts";

/** Options for {@linkcode ResultsStore.combine}. */
export interface CombineOptions {
  /** The ids of runs in the order in which they are to stand; the others follow by their ids. */
  readonly order?: readonly string[];
}

/**
 * Opens the results of a study for writing, which one process can at a time.
 *
 * What a killed process left behind is removed; a run with a damaged file is set aside, stands in
 * {@linkcode ResultsStore.damaged}, and counts as not done. So do runs that stand in the combined files
 * alone, as in a fresh checkout, until they are adopted; they stay in these files until they are done.
 *
 * @param folder The folder of the study, such as `results/quick`; it is made if there is none.
 * @throws {Error} If another process has it open, unless `onWait` is given.
 * @throws {SchemaVersionError} If a file is of another version; nothing is changed then.
 * @throws {FileFormatError} If a combined file is missing or damaged that may hold runs without files of
 * their own; nothing is changed then.
 * @throws {Error} If the folder cannot be made or read.
 */
export async function openStore(
  folder: string,
  options: LockResultsOptions = {},
): Promise<ResultsStore> {
  const lock = await lockResults(folder, options);
  try {
    const runs = join(folder, RUNS_FOLDER);
    await makeFolder(runs);
    const loaded = await loadRuns(runs);
    await removeLeftovers(folder);
    const kept = await keptRuns(folder, loaded.rows);
    return new ResultsStore({ folder, lock, ...loaded, kept });
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** What {@linkcode openStore} found. */
export interface OpenedResults {
  readonly folder: string;
  readonly lock: Deno.FsFile;
  readonly rows: Map<string, RunRow>;
  readonly damaged: readonly DamagedRun[];
  /** The runs of the combined files that have no files of their own. */
  readonly kept: Map<string, RunResult>;
}

/** The results of a study, open for writing until the end of its `using` block. */
export class ResultsStore implements Disposable {
  readonly #opened: OpenedResults;

  /** Takes what {@linkcode openStore} found; use that. */
  constructor(opened: OpenedResults) {
    this.#opened = opened;
  }

  /** The folder of the study. */
  get folder(): string {
    return this.#opened.folder;
  }

  /** The runs that were set aside when the store was opened. */
  get damaged(): readonly DamagedRun[] {
    return this.#opened.damaged;
  }

  /** The ids of the runs that stand in the combined files alone. */
  get kept(): readonly string[] {
    return [...this.#opened.kept.keys()];
  }

  /** Whether there is a whole result of a run, whatever its status. */
  has(runId: string): boolean {
    return this.#opened.rows.has(runId);
  }

  /** The row of a run, or `undefined` if there is none. */
  row(runId: string): RunRow | undefined {
    return this.#opened.rows.get(runId);
  }

  /** The rows of all runs, by their ids. */
  rows(): RunRow[] {
    return this.#ids().map((id) => this.#opened.rows.get(id)!);
  }

  /**
   * Reads all of a run.
   *
   * @throws {RangeError} If there is no result of it.
   * @throws {FileFormatError} If a file was damaged since.
   */
  async read(runId: string): Promise<RunResult> {
    if (!this.has(runId)) {
      throw new RangeError(`Cannot read run '${runId}': ${JSON.stringify(this.folder)} has none`);
    }
    return await readRunFiles(this.#paths(runId));
  }

  /**
   * Adds a run, in the place of an earlier result of it. When the promise resolves, it is on the disk.
   *
   * @throws {TypeError | RangeError} If a row breaks the rules of its table, or the parts do not fit.
   * @throws {Error} If the disk refuses; the results of other runs stay.
   */
  async add(result: RunResult): Promise<void> {
    const { run_id } = result.run;
    try {
      await writeRunFiles(this.#paths(run_id), result);
    } catch (error) {
      throw writeFault(error, { what: `the results of run '${run_id}'`, folder: this.folder });
    }
    this.#opened.rows.set(run_id, result.run);
    this.#opened.kept.delete(run_id);
  }

  /**
   * Makes runs that stand in the combined files alone runs like all others.
   *
   * @throws As {@linkcode ResultsStore.add}.
   */
  async adopt(): Promise<void> {
    for (const result of [...this.#opened.kept.values()]) await this.add(result);
  }

  /**
   * Writes `runs.arrow`, `curves.arrow` and `layers.arrow` from the files of the single runs, and from
   * what stands there alone. The same runs in the same order give the same bytes.
   *
   * @throws {Error} If the disk refuses; the files of the single runs stay.
   */
  async combine({ order = [] }: CombineOptions = {}): Promise<void> {
    const { rows, kept } = this.#opened;
    const known = new Set([...rows.keys(), ...kept.keys()]);
    const ids = new Set([...order.filter((id) => known.has(id)), ...[...known].sort()]);
    const results: RunResult[] = [];
    for (const id of ids) results.push(kept.get(id) ?? await this.read(id));
    try {
      await keepSafe(this.folder, kept);
      await writeCombined(this.folder, results);
    } catch (error) {
      throw writeFault(error, { what: "the combined results", folder: this.folder });
    }
  }

  /** Lets others open the results. */
  [Symbol.dispose](): void {
    this.#opened.lock.close();
  }

  #ids(): string[] {
    return [...this.#opened.rows.keys()].sort();
  }

  #paths(runId: string) {
    return runPaths(join(this.folder, RUNS_FOLDER), runId);
  }
}

function writeFault(error: unknown, { what, folder }: { what: string; folder: string }): unknown {
  if (!isSystemError(error)) return error;
  const why = isDiskFull(error)
    ? "the disk is full, or a limit is reached: free some space there"
    : error.message;
  return new Error(
    `Cannot write ${what} into ${JSON.stringify(folder)}: ${why}; the other results stay`,
    { cause: error },
  );
}
