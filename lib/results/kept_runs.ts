import { join } from "node:path";
import { FileFormatError } from "../io/errors.ts";
import { makeFolder } from "../io/make_folder.ts";
import { isMissing } from "../io/system_error.ts";
import { readResults, type StudyResults } from "./combined_files.ts";
import { loadRuns, readRows, RUNS_FOLDER } from "./load_runs.ts";
import { readRunFiles, runPaths, writeRunFiles } from "./run_files.ts";
import type { RunResult } from "./run_result.ts";

/** The folder of their safe copies, beside the files of the runs that were done here. */
const ELSEWHERE = "elsewhere";

/**
 * The runs that stand in a study's combined files alone, without files of their own: those that came
 * with a checkout, or were done on another machine. Where a process was killed while it wrote the combined
 * files, or they are damaged, they come from the copies that {@linkcode keepSafe} made before.
 *
 * @param folder The folder of the study.
 * @param own The ids of the runs that have files of their own.
 * @throws {SchemaVersionError} If the combined files are of another version.
 * @throws {FileFormatError} If one of them is missing, cut or damaged, and there are no copies.
 */
export async function keptRuns(
  folder: string,
  own: { has(runId: string): boolean },
): Promise<Map<string, RunResult>> {
  try {
    return fromCombined(await readResults(folder), own);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    if (!(error instanceof FileFormatError)) throw error;
    const copies = await fromCopies(folder, own);
    if (copies) return copies;
    const remedy =
      "restore the three files of the folder, as by git checkout, or remove all three " +
      "to begin without the runs in them";
    throw new FileFormatError(error.path, { ...error, remedy }, { cause: error });
  }
}

/**
 * Copies runs that stand in the combined files alone, before these are written: a process that is killed
 * amid that leaves files that do not belong together. A folder of copies, even an empty one, says that the
 * combined files hold nothing that is not elsewhere.
 *
 * @throws One of `Deno.errors` if the disk refuses.
 */
export async function keepSafe(
  folder: string,
  kept: ReadonlyMap<string, RunResult>,
): Promise<void> {
  const copies = join(folder, RUNS_FOLDER, ELSEWHERE);
  await makeFolder(copies);
  const { rows } = await loadRuns(copies);
  for (const [id, result] of kept) {
    const isThere = JSON.stringify(rows.get(id)) === JSON.stringify(result.run);
    if (!isThere) await writeRunFiles(runPaths(copies, id), result);
  }
  for (const id of rows.keys()) {
    if (kept.has(id)) continue;
    for (const path of Object.values(runPaths(copies, id))) await Deno.remove(path);
  }
}

function fromCombined(
  results: StudyResults,
  own: { has(runId: string): boolean },
): Map<string, RunResult> {
  const curves = Map.groupBy(results.curves, ({ run_id }) => run_id);
  const layers = Map.groupBy(results.layers, ({ run_id }) => run_id);
  const kept = results.runs.filter(({ run_id }) => !own.has(run_id));
  return new Map(kept.map((run): [string, RunResult] => [run.run_id, {
    run,
    manifest: results.manifests.get(run.run_id)!,
    curve: curves.get(run.run_id) ?? [],
    layers: layers.get(run.run_id) ?? [],
  }]));
}

async function fromCopies(
  folder: string,
  own: { has(runId: string): boolean },
): Promise<Map<string, RunResult> | undefined> {
  const copies = join(folder, RUNS_FOLDER, ELSEWHERE);
  try {
    const { rows } = await readRows(copies);
    const kept = new Map<string, RunResult>();
    for (const id of rows.keys()) {
      if (!own.has(id)) kept.set(id, await readRunFiles(runPaths(copies, id)));
    }
    return kept;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
