import { createHash } from "node:crypto";
import { isSystemError } from "../../../io/system_error.ts";

const HASH_BYTES = 32;

/**
 * Writes a file that begins with the hash of what follows: all of it, or none. Not flushed to disk:
 * {@linkcode readChecked} finds out after a power cut.
 */
export function writeChecked(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${Deno.pid}-${crypto.randomUUID()}.tmp`;
  try {
    using file = Deno.openSync(temporary, { write: true, createNew: true });
    for (const part of [hashOf(bytes), bytes]) {
      for (let done = 0; done < part.length;) done += file.writeSync(part.subarray(done));
    }
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

/** Returns what {@linkcode writeChecked} wrote, or `undefined` if it is not there or not whole. */
export function readChecked(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const content = Deno.readFileSync(path);
    const bytes = content.subarray(HASH_BYTES);
    const hash = hashOf(bytes);
    return hash.every((byte, i) => byte === content[i]) ? bytes : undefined;
  } catch (error) {
    if (isSystemError(error) || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

// The error that is on its way counts, not one of the removal.
function removeIfThere(path: string) {
  try {
    Deno.removeSync(path);
  } catch {
    return;
  }
}
