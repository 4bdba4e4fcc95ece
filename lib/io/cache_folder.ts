import { isAbsolute, join } from "node:path";
import { type ReadVariable, readVariable } from "./environment.ts";

/** What {@linkcode findCacheFolder} goes by; by default all is this process's. */
export interface CacheFolderOptions {
  /** The operating system, as `Deno.build.os` names it. */
  os?: string;
  /** Reads an environment variable. */
  env?: ReadVariable;
}

/**
 * Returns the folder for downloads, or `undefined` if the environment names none.
 *
 * `QATLAB_CACHE`, else `XDG_CACHE_HOME/qatlab`, else `~/.cache/qatlab` (`~/Library/Caches/qatlab` on
 * macOS). The folder may not exist yet.
 */
export function findCacheFolder(options: CacheFolderOptions = {}): string | undefined {
  const { os = Deno.build.os, env = readVariable } = options;
  const own = env("QATLAB_CACHE");
  if (own) return own;
  const shared = env("XDG_CACHE_HOME");
  // The XDG rules say to ignore a relative path.
  if (shared && isAbsolute(shared)) return join(shared, "qatlab");
  const home = env("HOME") || env("USERPROFILE");
  if (!home) return undefined;
  return os === "darwin"
    ? join(home, "Library", "Caches", "qatlab")
    : join(home, ".cache", "qatlab");
}

/**
 * Returns the folder for downloads, as {@linkcode findCacheFolder} finds it.
 *
 * @throws {Error} If the environment names none.
 */
export function cacheFolder(): string {
  const folder = findCacheFolder();
  if (folder === undefined) {
    throw new Error("No folder for downloads is known: set QATLAB_CACHE to one");
  }
  return folder;
}
