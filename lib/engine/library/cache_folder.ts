import { isAbsolute, join } from "node:path";
import type { Machine } from "./machine.ts";

/**
 * Returns the folder that holds what the project fetches once.
 *
 * `QATLAB_CACHE`, else `XDG_CACHE_HOME/qatlab`, else `~/.cache/qatlab` (`~/Library/Caches/qatlab` on
 * macOS); `undefined` if none of the variables is set.
 */
export function cacheFolder(machine: Pick<Machine, "os" | "env">): string | undefined {
  const own = machine.env("QATLAB_CACHE");
  if (own) return own;
  const shared = machine.env("XDG_CACHE_HOME");
  // The XDG rules say to ignore a relative path.
  if (shared && isAbsolute(shared)) return join(shared, "qatlab");
  const home = machine.env("HOME");
  if (!home) return undefined;
  return machine.os === "darwin"
    ? join(home, "Library", "Caches", "qatlab")
    : join(home, ".cache", "qatlab");
}
