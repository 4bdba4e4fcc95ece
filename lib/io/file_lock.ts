import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makeFolder } from "./make_folder.ts";

/** Options for {@linkcode lockFile} and {@linkcode lockFolder}. */
export interface LockOptions {
  /** Called from time to time while another process holds the lock. */
  onWait?: (() => void) | undefined;
  /** Ends the waiting; its reason is then thrown. */
  signal?: AbortSignal | undefined;
}

const pollMilliseconds = 200;

/**
 * Waits until this process alone may use an open file.
 *
 * The lock ends when the file is closed, and with the process, however that ends.
 *
 * @throws The signal's reason, if it is aborted while waiting; the file stays open.
 */
export async function lockFile(file: Deno.FsFile, options: LockOptions = {}): Promise<void> {
  const { onWait, signal } = options;
  signal?.throwIfAborted();
  // Not lock(), which cannot be given up when the signal comes.
  while (!await file.tryLock(true)) {
    onWait?.();
    await delay(pollMilliseconds);
    signal?.throwIfAborted();
  }
}

/**
 * Waits until this process alone may change a folder, by a file `.lock` in it.
 *
 * The lock ends with `using`. The file itself means nothing and stays.
 *
 * @throws The signal's reason, if it is aborted while waiting.
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<Deno.FsFile> {
  const file = await Deno.open(join(folder, ".lock"), { write: true, create: true });
  try {
    await lockFile(file, options);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Options for {@linkcode holdFolder}. */
export interface HoldOptions {
  /** Makes the error that says what cannot be done, and what to do. */
  readonly inUse: () => Error;
}

/** A killed process takes a moment to give its memory back, and its lock with it. */
const PATIENCE_MILLISECONDS = 3000;

/**
 * Makes a folder if there is none, and locks it as {@linkcode lockFolder} does, or refuses.
 *
 * @throws The error of `inUse` if another process holds it for more than three seconds.
 * @throws {Error} If the folder cannot be made or opened.
 */
export async function holdFolder(path: string, { inUse }: HoldOptions): Promise<Deno.FsFile> {
  await makeFolder(path);
  const refusal = new AbortController();
  const start = performance.now();
  return await lockFolder(path, {
    signal: refusal.signal,
    onWait() {
      if (performance.now() - start > PATIENCE_MILLISECONDS) refusal.abort(inUse());
    },
  });
}
