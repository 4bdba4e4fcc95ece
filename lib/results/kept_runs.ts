import { FileFormatError } from "../io/errors.ts";
import { readResults, type StudyResults } from "./combined_files.ts";
import type { RunResult } from "./run_result.ts";

/**
 * The runs that stand in a study's combined files alone, without files of their own: those that came
 * with a checkout, or were done on another machine. Damaged combined files hold none.
 *
 * @param folder The folder of the study.
 * @param own The ids of the runs that have files of their own.
 * @throws {SchemaVersionError} If the combined files are of another version.
 */
export async function keptRuns(
  folder: string,
  own: { has(runId: string): boolean },
): Promise<Map<string, RunResult>> {
  const results = await readable(folder);
  if (!results) return new Map();
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

async function readable(folder: string): Promise<StudyResults | undefined> {
  try {
    return await readResults(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof FileFormatError) return undefined;
    throw error;
  }
}
