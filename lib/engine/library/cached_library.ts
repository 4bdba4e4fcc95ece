import { join } from "node:path";
import type { Attempt } from "../../io/pip/attempt.ts";
import { findCachedFiles } from "../../io/pip/cached_files.ts";
import type { WheelFiles } from "../../io/pip/wheel_files.ts";
import { type LibraryFolder, libraryNames } from "./library_folder.ts";
import type { TensorflowWheel } from "./wheels.ts";

/** Looks whether the cache holds the libraries of a wheel, whole. */
export async function findCachedLibrary(
  cacheDir: string,
  wheel: TensorflowWheel,
): Promise<Attempt<LibraryFolder>> {
  const attempt = await findCachedFiles(cacheDir, libraryFiles(wheel));
  return "found" in attempt ? { found: cachedLibrary(attempt.found, wheel) } : attempt;
}

/** Describes the libraries in the folder of the cache that holds them. */
export function cachedLibrary(folder: string, wheel: TensorflowWheel): LibraryFolder {
  const { core, framework } = libraryNames(wheel.os);
  return {
    core: join(folder, core),
    framework: join(folder, framework),
    package: wheel.package,
    version: wheel.version,
    cuda: wheel.cuda,
  };
}

/** Returns what the cache keeps of a wheel: the two libraries. */
export function libraryFiles(wheel: TensorflowWheel): WheelFiles {
  const { core, framework } = libraryNames(wheel.os);
  return {
    wheel,
    paths: [`tensorflow/${framework}`, `tensorflow/${core}`],
    unpackedBytes: wheel.libraryBytes,
    section: "tensorflow",
    name: "TensorFlow's library",
    otherwise: "set QATLAB_TENSORFLOW to a folder that holds the library",
  };
}
