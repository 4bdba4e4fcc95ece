import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FetchStepOptions } from "./fetch_progress.ts";

const pollMilliseconds = 200;

/**
 * Waits until this process alone may change a folder.
 *
 * The lock is on an open file: it ends with `using`, and with the process, however that ends. So the
 * file itself means nothing and stays.
 *
 * @throws The signal's reason, if it is aborted while waiting.
 */
export async function lockFolder(
  folder: string,
  options: FetchStepOptions = {},
): Promise<Deno.FsFile> {
  const { onProgress, signal } = options;
  signal?.throwIfAborted();
  const file = await Deno.open(join(folder, ".lock"), { write: true, create: true });
  try {
    // Not lock(), which cannot be given up when the signal comes.
    while (!await file.tryLock(true)) {
      onProgress?.({ phase: "wait", done: 0, total: undefined, unit: "bytes" });
      await delay(pollMilliseconds);
      signal?.throwIfAborted();
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
