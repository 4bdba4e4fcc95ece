import { assertEquals, assertThrows } from "@std/assert";
import { cacheFolder } from "../../lib/io/cache_folder.ts";

const NAMES = ["QATLAB_CACHE", "XDG_CACHE_HOME", "HOME", "USERPROFILE"] as const;

for (
  const [values, expected] of [
    [["/own", "/shared", "/home/x"], "/own"],
    [["", "/shared", "/home/x"], "/shared/qatlab"],
    [["", "relative", "/home/x"], "/home/x/.cache/qatlab"],
    [["", "", "", "/users/x"], "/users/x/.cache/qatlab"],
  ] as const
) {
  Deno.test({
    name: `cacheFolder() is ${expected} for [${values}]`,
    ignore: Deno.build.os === "windows",
    fn: () => withEnvironment(values, () => assertEquals(cacheFolder(), expected)),
  });
}

Deno.test("cacheFolder() says what to set when there is no home", () => {
  withEnvironment([], () => assertThrows(cacheFolder, Error, "set QATLAB_CACHE"));
});

function withEnvironment(values: readonly string[], run: () => void): void {
  const before = NAMES.map((name) => Deno.env.get(name) ?? "");
  try {
    setAll(values);
    run();
  } finally {
    setAll(before);
  }
}

function setAll(values: readonly string[]): void {
  NAMES.forEach((name, i) => {
    const value = values[i];
    if (value) Deno.env.set(name, value);
    else Deno.env.delete(name);
  });
}
