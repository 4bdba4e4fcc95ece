import { LibraryUnavailableError } from "./library_unavailable_error.ts";

/** Where a fetch writes, and how much. */
export interface StorageNeed {
  /** The folder. */
  readonly folder: string;
  /** The free bytes that a fetch needs there. */
  readonly bytes: number;
}

/** Returns the system's code of an error, e.g. `ENOSPC`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
}

/**
 * Turns an error of the file system into one that names the folder and the remedy.
 *
 * Every other error is returned as it is.
 */
export function storageFault(error: unknown, need: StorageNeed): unknown {
  if (!(error instanceof Error)) return error;
  const { folder } = need;
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(need, error);
  if (error instanceof Deno.errors.NotCapable) {
    return new LibraryUnavailableError(
      `Cannot fetch TensorFlow's library into ${folder}: ${error.message}`,
      { cause: error },
    );
  }
  if (code === undefined) return error;
  return new LibraryUnavailableError(
    `Cannot write TensorFlow's library into the cache folder ${folder} (${error.message}): ` +
      `set QATLAB_CACHE to a folder that can be written`,
    { cause: error },
  );
}

/** Returns the error for a disk without enough room. */
export function diskFull({ folder, bytes }: StorageNeed, cause: unknown): LibraryUnavailableError {
  return new LibraryUnavailableError(
    `Cannot fetch TensorFlow's library: the disk of ${folder} is full: free ` +
      `${(bytes / 2 ** 30).toFixed(1)} GiB there, or set QATLAB_CACHE to a folder on another disk`,
    { cause },
  );
}
