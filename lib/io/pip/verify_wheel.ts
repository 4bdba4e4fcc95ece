import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { FetchStepOptions } from "./fetch_progress.ts";
import { LibraryUnavailableError } from "./library_unavailable_error.ts";
import { type Wheel, wheelFile } from "./wheels.ts";

const chunkBytes = 1 << 20;

/**
 * Checks that a file is the pinned wheel, byte for byte.
 *
 * @throws {LibraryUnavailableError} If the file is missing, truncated or altered.
 */
export async function verifyWheel(
  path: string,
  options: FetchStepOptions & { wheel: Wheel },
): Promise<void> {
  const { wheel } = options;
  using file = await openWheel(path, wheel);
  const { size } = await file.stat();
  if (size !== wheel.bytes) {
    throw badWheel(path, `it has ${size} bytes instead of ${wheel.bytes}`);
  }
  const sha256 = await hash(file, options);
  if (sha256 !== wheel.sha256) {
    throw badWheel(path, `its SHA-256 is ${sha256} instead of ${wheel.sha256}`);
  }
}

async function openWheel(path: string, wheel: Wheel): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new LibraryUnavailableError(
      `Cannot fetch TensorFlow's library: pip brought another file than ${wheelFile(wheel)}: ` +
        `check pip's configuration, or set QATLAB_TENSORFLOW`,
      { cause },
    );
  }
}

async function hash(
  file: Deno.FsFile,
  options: FetchStepOptions & { wheel: Wheel },
): Promise<string> {
  const { wheel, onProgress, signal } = options;
  const hash = createHash("sha256");
  const chunk = new Uint8Array(chunkBytes);
  let done = 0;
  for (let read = await file.read(chunk); read !== null; read = await file.read(chunk)) {
    hash.update(chunk.subarray(0, read));
    done += read;
    onProgress?.({ phase: "verify", done, total: wheel.bytes, unit: "bytes" });
    signal?.throwIfAborted();
  }
  return hash.digest("hex");
}

function badWheel(path: string, fault: string): LibraryUnavailableError {
  return new LibraryUnavailableError(
    `Refused the downloaded ${basename(path)}, truncated or altered: ${fault}: try again, and if ` +
      `it stays so, check the mirror or proxy that pip uses`,
  );
}
