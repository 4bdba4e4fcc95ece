import { LibraryUnavailableError } from "./library_unavailable_error.ts";

/** The versions whose C API the engine was written for, in words. */
export const supportedVersions = "2.16 or a later 2.x";

/** Whether the engine can work with a version such as `2.21.0` or `2.22.0-dev20260101`. */
export function isSupportedVersion(version: string): boolean {
  return isVersion2(version, 16);
}

/** Whether XLA for CPUs in this version knows `xla_cpu_prefer_vector_width`; it ends the process if not. */
export function hasVectorWidthFlag(version: string): boolean {
  return isVersion2(version, 19);
}

function isVersion2(version: string, leastMinor: number): boolean {
  const match = /^(\d+)\.(\d+)\./.exec(version);
  return match !== null && Number(match[1]) === 2 && Number(match[2]) >= leastMinor;
}

/**
 * Refuses a library whose own `TF_Version()` tells an unsupported version.
 *
 * @throws {LibraryUnavailableError} If the version is not 2.16 or a later 2.x.
 */
export function requireSupportedVersion(version: string, path: string): void {
  if (isSupportedVersion(version)) return;
  throw new LibraryUnavailableError(
    `Cannot use ${path}: it is TensorFlow ${version}, but ${supportedVersions} is needed: ` +
      `install another version, or set QATLAB_TENSORFLOW to a folder that holds one`,
  );
}
