import { join } from "node:path";
import { FileFormatError } from "../../io/errors.ts";
import { errorCode, isMissing } from "../../io/system_error.ts";
import { listCheckpointNames } from "./checkpoint_names.ts";
import { type Checkpoint, openCheckpoint } from "./open_checkpoint.ts";

/** What {@linkcode newestCheckpoint} found. */
export interface NewestCheckpoint {
  /** The newest whole checkpoint, for `await using`; `undefined` if there is none. */
  readonly checkpoint: Checkpoint | undefined;
  /** One sentence for each damaged or unfinished checkpoint that was passed over. */
  readonly notices: readonly string[];
}

/**
 * Finds the newest whole checkpoint of a folder. Those that are passed over stay as they are.
 *
 * A run that will save into the folder first takes its lock; a reader of a run that is going on may be told
 * of the save in progress as one that was never finished.
 *
 * @param folder The folder of the run's checkpoints; one that is not there has none.
 * @throws One of `Deno.errors` if the folder or a checkpoint may not be read.
 */
export async function newestCheckpoint(folder: string): Promise<NewestCheckpoint> {
  const { checkpoints, unfinished } = await listCheckpointNames(folder);
  const faults = unfinished.map((name) =>
    `The checkpoint ${JSON.stringify(join(folder, name))} was never finished; ` +
    `the next save removes it`
  );
  for (const { name } of checkpoints) {
    const path = join(folder, name);
    try {
      const checkpoint = await openCheckpoint(path);
      return { checkpoint, notices: faults.map((fault) => `${fault}; ${name} is used instead`) };
    } catch (error) {
      if (!isDamage(error)) throw error;
      faults.push(`The checkpoint ${JSON.stringify(path)} was passed over: ${error.message}`);
    }
  }
  const notices = faults.map((fault) => `${fault}; there is no whole one to use instead`);
  return { checkpoint: undefined, notices };
}

// A disk that cannot give the bytes back (EIO) is damage too, and another run may have just removed an
// old checkpoint. A forbidden path is neither: to start anew without asking would be wrong.
function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error instanceof FileFormatError || errorCode(error) === "EIO" || isMissing(error);
}
