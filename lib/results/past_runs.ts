import { join } from "node:path";
import { isFolder } from "../io/path_kind.ts";
import { keptRuns } from "./kept_runs.ts";
import { readRows, RUNS_FOLDER } from "./load_runs.ts";
import type { RunRow } from "./run_row.ts";

/** What is known of a study's runs before a sweep. */
export interface PastRuns {
  /** Those that were done in this folder, by their ids, whatever came of them. */
  readonly here: ReadonlyMap<string, RunRow>;
  /** Those that came with the combined files, as with a checkout, by their ids. */
  readonly elsewhere: ReadonlyMap<string, RunRow>;
}

/**
 * Reads the rows of a study's folder as a sweep would find them; nothing is locked or changed. A run with
 * a damaged file counts as not done.
 *
 * @throws As `openStore`, for what a sweep could not go on from either.
 */
export async function pastRuns(folder: string): Promise<PastRuns> {
  const runs = join(folder, RUNS_FOLDER);
  const here = await isFolder(runs) ? (await readRows(runs)).rows : new Map<string, RunRow>();
  const kept = await keptRuns(folder, here);
  return { here, elsewhere: new Map([...kept].map(([id, { run }]) => [id, run])) };
}
