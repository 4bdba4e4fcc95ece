import { isAbsolute, join } from "node:path";

/**
 * Returns the folder for downloads: `QATLAB_CACHE`, else `XDG_CACHE_HOME/qatlab`, else `~/.cache/qatlab`.
 *
 * The folder may not exist yet. A relative `XDG_CACHE_HOME` does not count, as its specification says.
 *
 * @throws {Error} If the environment names no home folder either.
 */
export function cacheFolder(): string {
  const own = Deno.env.get("QATLAB_CACHE");
  if (own) return own;
  const shared = Deno.env.get("XDG_CACHE_HOME");
  if (shared && isAbsolute(shared)) return join(shared, "qatlab");
  const home = Deno.env.get("HOME") || Deno.env.get("USERPROFILE");
  if (home) return join(home, ".cache", "qatlab");
  throw new Error("No folder for downloads is known: set QATLAB_CACHE to one");
}
