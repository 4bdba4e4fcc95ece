import { join } from "node:path";
import { syncFolder } from "../../io/atomic.ts";
import { hiddenName, MANIFEST_FILE, STATE_FILE } from "./checkpoint_names.ts";

// The two files, and the names under which an atomic write has them before it is done.
const OWN = [STATE_FILE, MANIFEST_FILE].map((name) =>
  new RegExp(`^${name.replaceAll(".", "\\.")}(?:\\.\\d+-[0-9a-f-]{36}\\.tmp)?$`)
);

/**
 * Removes a folder if nothing but a checkpoint's own files lies in it.
 *
 * @returns Whether it is gone; one with other files stays whole.
 * @throws One of `Deno.errors` if the system refuses.
 */
export async function removeCheckpointFiles(path: string): Promise<boolean> {
  if (!await holdsOwnFilesOnly(path)) return false;
  for await (const { name } of Deno.readDir(path)) await Deno.remove(join(path, name));
  await Deno.remove(path);
  return true;
}

/**
 * Removes a checkpoint so that it is never seen half: first its name goes, then its files.
 *
 * @returns Whether it is gone; one with files that are not ours stays.
 * @throws One of `Deno.errors` if the system refuses.
 */
export async function removeCheckpoint(
  folder: string,
  checkpoint: { readonly name: string; readonly step: number },
): Promise<boolean> {
  const path = join(folder, checkpoint.name);
  if (!await holdsOwnFilesOnly(path)) return false;
  const hidden = join(folder, hiddenName(checkpoint.step, "old"));
  await Deno.rename(path, hidden);
  await syncFolder(folder);
  return await removeCheckpointFiles(hidden);
}

async function holdsOwnFilesOnly(path: string): Promise<boolean> {
  for await (const { name, isFile } of Deno.readDir(path)) {
    if (!isFile || !OWN.some((pattern) => pattern.test(name))) return false;
  }
  return true;
}
