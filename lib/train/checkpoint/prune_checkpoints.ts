import { basename, dirname, join } from "node:path";
import { FileFormatError } from "../../io/errors.ts";
import { errorCode } from "../../io/system_error.ts";
import {
  type CheckpointName,
  compareNewest,
  listCheckpointNames,
  parseCheckpointName,
} from "./checkpoint_names.ts";
import { glanceAtCheckpoint } from "./read_manifest.ts";
import { removeCheckpoint, removeCheckpointFiles } from "./remove_checkpoint.ts";

/**
 * Removes what died processes left in a folder of checkpoints. The caller holds the folder's lock, so
 * that whoever wrote them is gone.
 *
 * @returns One sentence for each that could not be removed.
 */
export async function removeLeftovers(folder: string): Promise<string[]> {
  const { unfinished, removed } = await listCheckpointNames(folder);
  const notices: string[] = [];
  for (const name of [...unfinished, ...removed]) {
    const path = join(folder, name);
    notices.push(...await attempt(path, () => removeCheckpointFiles(path)));
  }
  return notices;
}

/**
 * Removes the whole checkpoints that are older than the one at `path`, but for the `keep - 1` newest of
 * them. Damaged ones neither count nor go, and newer ones stay.
 *
 * @returns One sentence for each that could not be removed.
 */
export async function pruneCheckpoints(path: string, keep: number): Promise<string[]> {
  const folder = dirname(path);
  const notices: string[] = [];
  let kept = 1;
  for (const checkpoint of await olderThan(path)) {
    const older = join(folder, checkpoint.name);
    if (!await looksWhole(older)) continue;
    if (kept < keep) kept++;
    else notices.push(...await attempt(older, () => removeCheckpoint(folder, checkpoint)));
  }
  return notices;
}

async function olderThan(path: string): Promise<readonly CheckpointName[]> {
  const newest = parseCheckpointName(basename(path));
  if (newest === undefined) return [];
  const { checkpoints } = await listCheckpointNames(dirname(path));
  return checkpoints.filter((checkpoint) => compareNewest(newest, checkpoint) < 0);
}

// Not by hash: that would read every kept checkpoint again at each save.
async function looksWhole(path: string): Promise<boolean> {
  try {
    await glanceAtCheckpoint(path);
    return true;
  } catch (error) {
    if (error instanceof FileFormatError || errorCode(error) !== undefined) return false;
    throw error;
  }
}

// An old checkpoint that stays is no reason to call the new one a failure.
async function attempt(path: string, remove: () => Promise<boolean>): Promise<string[]> {
  const what = `The old checkpoint ${JSON.stringify(path)} was not removed`;
  try {
    return await remove() ? [] : [`${what}: other files lie in its folder`];
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [`${what}: ${(error as Error).message}`];
  }
}
