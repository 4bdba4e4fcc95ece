import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FetchStepOptions } from "./fetch_progress.ts";

const pollMilliseconds = 250;

/**
 * Reports a download by the size of the largest file below a folder.
 *
 * pip has no progress output that a program can read in all of its versions.
 */
export function reportDownload(
  folder: string,
  total: number,
  options: FetchStepOptions,
): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const polling = poll(folder, total, { ...options, signal: stopped.signal });
  return {
    async stop() {
      stopped.abort();
      await polling;
    },
  };
}

async function poll(folder: string, total: number, options: FetchStepOptions): Promise<void> {
  const { onProgress, signal } = options;
  if (!onProgress) return;
  while (!signal?.aborted) {
    const done = Math.min(await largestFile(folder), total);
    onProgress({ phase: "download", done, total, unit: "bytes" });
    await delay(pollMilliseconds, undefined, { signal }).catch(() => {});
  }
}

// pip creates and removes files meanwhile: what is gone counts as nothing.
async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      const bytes = entry.isDirectory ? await largestFile(path) : (await Deno.lstat(path)).size;
      largest = Math.max(largest, bytes);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return largest;
}
