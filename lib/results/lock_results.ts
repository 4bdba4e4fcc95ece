import { holdFolder, lockFolder, type LockOptions } from "../io/file_lock.ts";
import { makeFolder } from "../io/make_folder.ts";

/** Options for {@linkcode lockResults}. */
export interface LockResultsOptions {
  /** Called from time to time while another process writes there; if given, its end is waited for. */
  readonly onWait?: LockOptions["onWait"];
  /** Ends the waiting; its reason is then thrown. */
  readonly signal?: LockOptions["signal"];
}

/**
 * Makes the folder of a study if there is none, and takes the right to write into it.
 *
 * @throws {Error} If another process holds it for more than three seconds, unless `onWait` is given.
 * @throws The signal's reason, if it is aborted while waiting.
 */
export async function lockResults(
  folder: string,
  { onWait, signal }: LockResultsOptions,
): Promise<Deno.FsFile> {
  if (onWait === undefined) return await holdFolder(folder, { inUse: () => inUse(folder) });
  await makeFolder(folder);
  return await lockFolder(folder, { onWait, signal });
}

function inUse(folder: string): Error {
  return new Error(
    `Cannot write results into ${JSON.stringify(folder)}: another sweep is writing there: ` +
      `wait until it has ended, or choose another folder`,
  );
}
