import { join } from "node:path";
import { atomicTarget } from "../io/atomic.ts";
import { FileFormatError } from "../io/errors.ts";
import { isFolder } from "../io/path_kind.ts";
import { isMissing } from "../io/system_error.ts";
import { COMBINED } from "./combined_files.ts";
import { readRunRow, runIdOf, runPaths } from "./run_files.ts";
import type { RunRow } from "./run_row.ts";

/** The folder of the single runs in the folder of a study. */
export const RUNS_FOLDER = "runs";

/** The folder of the merged models in the folder of a study. */
export const MODELS_FOLDER = "models";

/** A run whose files were set aside: they have now `.damaged` at the end of their names. */
export interface DamagedRun {
  readonly runId: string;
  /** What is wrong; its `path` is that of the file before it was renamed. */
  readonly error: FileFormatError;
  /** The new paths of the files. */
  readonly setAside: readonly string[];
}

/** The runs of a folder. */
export interface LoadedRuns {
  /** The rows of whole results, by run. */
  readonly rows: Map<string, RunRow>;
  readonly damaged: readonly DamagedRun[];
}

/**
 * Reads the rows of all runs in a folder, and sets runs aside of which a file is missing or damaged.
 *
 * @throws {SchemaVersionError} If a file is of another version; nothing is changed then.
 */
export async function loadRuns(folder: string): Promise<LoadedRuns> {
  const { rows, bad } = await readRows(folder);
  const damaged: DamagedRun[] = [];
  for (const run of bad) damaged.push({ ...run, setAside: await setAside(folder, run.runId) });
  return { rows, damaged };
}

/** The rows of a folder. */
export interface FolderRows {
  /** The rows of whole results, by run. */
  readonly rows: Map<string, RunRow>;
  /** The runs of which a file is missing or damaged. */
  readonly bad: readonly Pick<DamagedRun, "runId" | "error">[];
}

/**
 * Reads the rows of all runs in a folder; nothing is changed.
 *
 * @throws {SchemaVersionError} If a file is of another version.
 */
export async function readRows(folder: string): Promise<FolderRows> {
  const rows = new Map<string, RunRow>();
  const bad: { runId: string; error: FileFormatError }[] = [];
  for (const runId of await runIds(folder)) {
    try {
      rows.set(runId, await readRunRow(runPaths(folder, runId)));
    } catch (error) {
      if (!(error instanceof FileFormatError)) throw error;
      bad.push({ runId, error });
    }
  }
  return { rows, bad };
}

/** Removes what processes that were killed while writing left in the folder of a study. */
export async function removeLeftovers(folder: string): Promise<void> {
  const combined: ReadonlySet<string> = new Set(COMBINED);
  await removeTemporary(folder, (target) => combined.has(target));
  await removeTemporary(join(folder, RUNS_FOLDER), (target) => runIdOf(target) !== undefined);
  const models = join(folder, MODELS_FOLDER);
  if (await isFolder(models)) {
    await removeTemporary(models, (target) => target.endsWith(".safetensors"));
  }
}

async function runIds(folder: string): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  // Only a run's row makes it a result: without it the other files are those of a killed process.
  return names.flatMap((name) => {
    const id = runIdOf(name);
    return id !== undefined && name === `${id}.arrow` ? [id] : [];
  }).sort();
}

async function setAside(folder: string, runId: string): Promise<string[]> {
  const moved: string[] = [];
  for (const path of Object.values(runPaths(folder, runId))) {
    const target = `${path}.damaged`;
    try {
      await Deno.rename(path, target);
      moved.push(target);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return moved;
}

async function removeTemporary(
  folder: string,
  isOurs: (target: string) => boolean,
): Promise<void> {
  for (const { name } of await Array.fromAsync(Deno.readDir(folder))) {
    const target = atomicTarget(name);
    if (target !== undefined && isOurs(target)) await Deno.remove(join(folder, name));
  }
}
