import { assertEquals } from "@std/assert";
import { cacheFolder } from "../../../lib/engine/library/cache_folder.ts";

function folder(os: string, variables: Record<string, string>): string | undefined {
  return cacheFolder({ os, env: (name) => variables[name] });
}

Deno.test("cacheFolder() prefers the own variable, then the shared one, then the home folder", () => {
  const variables = { QATLAB_CACHE: "/own", XDG_CACHE_HOME: "/shared", HOME: "/home/me" };
  assertEquals(folder("linux", variables), "/own");
  assertEquals(folder("linux", { ...variables, QATLAB_CACHE: "" }), "/shared/qatlab");
  assertEquals(folder("linux", { HOME: "/home/me" }), "/home/me/.cache/qatlab");
  assertEquals(folder("darwin", { HOME: "/Users/me" }), "/Users/me/Library/Caches/qatlab");
});

Deno.test("cacheFolder() ignores a relative XDG_CACHE_HOME and admits that it knows none", () => {
  assertEquals(folder("linux", { XDG_CACHE_HOME: "cache", HOME: "/me" }), "/me/.cache/qatlab");
  assertEquals(folder("linux", {}), undefined);
});
