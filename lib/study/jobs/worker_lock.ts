import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Compiling a large model's step takes that long, and a process cannot be told to end within it. */
const PATIENCE_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 200;

/**
 * Shows that a worker is at work in a folder, until the file is closed or its process ends.
 *
 * @throws {Error} If a sweep just begins there.
 */
export async function showWork(folder: string): Promise<Deno.FsFile> {
  const file = await openLock(folder);
  if (await file.tryLock(false)) return file;
  file.close();
  throw new Error(`Cannot do runs in ${JSON.stringify(folder)}: another sweep begins there`);
}

/**
 * Waits for workers whose sweep was killed: each ends after the step that it is in. An aborted signal
 * ends the waiting.
 *
 * @throws {Error} If one is still at work after a minute.
 */
export async function awaitWorkers(folder: string, signal?: AbortSignal): Promise<void> {
  using file = await openLock(folder);
  const start = performance.now();
  while (!signal?.aborted && !await file.tryLock(true)) {
    if (performance.now() - start > PATIENCE_MILLISECONDS) throw stillThere(folder);
    await delay(POLL_MILLISECONDS);
  }
}

async function openLock(folder: string): Promise<Deno.FsFile> {
  return await Deno.open(join(folder, ".workers"), { write: true, create: true });
}

function stillThere(folder: string): Error {
  return new Error(
    `Cannot begin in ${JSON.stringify(folder)}: a worker of a sweep that was killed is still at ` +
      `work there: wait until it has ended, or end it`,
  );
}
