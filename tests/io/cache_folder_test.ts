import { assertEquals, assertThrows } from "@std/assert";
import { cacheFolder, findCacheFolder } from "../../lib/io/cache_folder.ts";

const ignore = Deno.build.os === "windows";
const names = ["QATLAB_CACHE", "XDG_CACHE_HOME", "HOME", "USERPROFILE"] as const;

for (
  const [os, values, expected] of [
    ["linux", ["/own", "/shared", "/home/x"], "/own"],
    ["linux", ["", "/shared", "/home/x"], "/shared/qatlab"],
    ["linux", ["", "relative", "/home/x"], "/home/x/.cache/qatlab"],
    ["linux", ["", "", "", "/users/x"], "/users/x/.cache/qatlab"],
    ["darwin", ["", "", "/Users/x"], "/Users/x/Library/Caches/qatlab"],
    ["darwin", ["", "/shared", "/Users/x"], "/shared/qatlab"],
    ["linux", [], undefined],
  ] as const
) {
  Deno.test({
    name: `findCacheFolder() is ${expected} for [${values}] on ${os}`,
    ignore,
    fn() {
      const variables = new Map(names.map((name, i) => [name as string, values[i]]));
      assertEquals(findCacheFolder({ os, env: (name) => variables.get(name) }), expected);
    },
  });
}

Deno.test("cacheFolder() reads the environment of this process", { ignore }, () => {
  withEnvironment(["/own"], () => assertEquals(cacheFolder(), "/own"));
});

Deno.test("cacheFolder() says what to set when there is no home", () => {
  withEnvironment([], () => assertThrows(cacheFolder, Error, "set QATLAB_CACHE"));
});

function withEnvironment(values: readonly string[], run: () => void): void {
  const before = names.map((name) => Deno.env.get(name) ?? "");
  try {
    setAll(values);
    run();
  } finally {
    setAll(before);
  }
}

function setAll(values: readonly string[]): void {
  names.forEach((name, i) => {
    const value = values[i];
    if (value) Deno.env.set(name, value);
    else Deno.env.delete(name);
  });
}
