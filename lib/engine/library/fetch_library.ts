import { fetchFiles, type FetchFilesOptions } from "../../io/pip/fetch_files.ts";
import { FilesUnavailableError } from "../../io/pip/files_unavailable_error.ts";
import { cachedLibrary, libraryFiles } from "./cached_library.ts";
import type { LibraryFolder } from "./library_folder.ts";
import { LibraryUnavailableError } from "./library_unavailable_error.ts";
import type { TensorflowWheel } from "./wheels.ts";

/** The libraries in the cache, and whether another process had brought them meanwhile. */
export interface FetchedLibrary {
  /** The libraries. */
  readonly library: LibraryFolder;
  /** Whether this process downloaded them. */
  readonly downloaded: boolean;
}

/**
 * Lets pip download a wheel and puts its two libraries into the cache.
 *
 * @throws {LibraryUnavailableError} If it cannot be had; nothing is left behind.
 * @throws The signal's reason, if it is aborted.
 */
export async function fetchLibrary(
  wheel: TensorflowWheel,
  options: FetchFilesOptions,
): Promise<FetchedLibrary> {
  try {
    const { folder, downloaded } = await fetchFiles(libraryFiles(wheel), options);
    return { library: cachedLibrary(folder, wheel), downloaded };
  } catch (error) {
    if (!(error instanceof FilesUnavailableError)) throw error;
    throw new LibraryUnavailableError(error.message, { cause: error.cause });
  }
}
