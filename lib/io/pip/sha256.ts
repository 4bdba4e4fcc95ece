import { createHash } from "node:crypto";

/** Options for {@linkcode sha256}. */
export interface Sha256Options {
  /** Called with the number of bytes done, after each piece. */
  onBytes?: (done: number) => void;
  /** Ends the work; its reason is then thrown. */
  signal?: AbortSignal | undefined;
}

const chunkBytes = 1 << 20;

/** Returns the SHA-256 of an open file from its position on, in lower-case hexadecimal digits. */
export async function sha256(file: Deno.FsFile, options: Sha256Options = {}): Promise<string> {
  const { onBytes, signal } = options;
  const hash = createHash("sha256");
  const chunk = new Uint8Array(chunkBytes);
  let done = 0;
  for (let read = await file.read(chunk); read !== null; read = await file.read(chunk)) {
    hash.update(chunk.subarray(0, read));
    done += read;
    onBytes?.(done);
    signal?.throwIfAborted();
  }
  return hash.digest("hex");
}
