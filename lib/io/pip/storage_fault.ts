import { errorCode } from "../system_error.ts";
import { FilesUnavailableError } from "./files_unavailable_error.ts";

/** Where a fetch writes, and how much. */
export interface StorageNeed {
  /** What is fetched, e.g. `TensorFlow's library`. */
  readonly name: string;
  /** The folder. */
  readonly folder: string;
  /** The free bytes that a fetch needs there. */
  readonly bytes: number;
}

/**
 * Turns an error of the file system into one that names the folder and the remedy.
 *
 * Every other error is returned as it is.
 */
export function storageFault(error: unknown, need: StorageNeed): unknown {
  if (!(error instanceof Error)) return error;
  const { name, folder } = need;
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(need, error);
  if (error instanceof Deno.errors.NotCapable) {
    return new FilesUnavailableError(`Cannot fetch ${name} into ${folder}: ${error.message}`, {
      cause: error,
    });
  }
  if (code === undefined) return error;
  return new FilesUnavailableError(
    `Cannot write ${name} into the cache folder ${folder} (${error.message}): ` +
      `set QATLAB_CACHE to a folder that can be written`,
    { cause: error },
  );
}

/** Returns the error for a disk without enough room. */
export function diskFull(need: StorageNeed, cause: unknown): FilesUnavailableError {
  const { name, folder, bytes } = need;
  return new FilesUnavailableError(
    `Cannot fetch ${name}: the disk of ${folder} is full: free ` +
      `${(bytes / 2 ** 30).toFixed(1)} GiB there, or set QATLAB_CACHE to a folder on another disk`,
    { cause },
  );
}
