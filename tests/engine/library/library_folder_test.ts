import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { inspectLibraryFolder, libraryNames } from "../../../lib/engine/library/library_folder.ts";
import { installPackage } from "./fake_machine.ts";

async function inspect(
  distributions: string[],
  change: (site: string) => Promise<void> = async () => {},
) {
  const site = await Deno.makeTempDir();
  try {
    for (const distribution of distributions) await installPackage(site, { distribution });
    await change(site);
    return await inspectLibraryFolder(join(site, "tensorflow"), "linux");
  } finally {
    await Deno.remove(site, { recursive: true });
  }
}

Deno.test("libraryNames() knows the names on macOS", () => {
  assertEquals(libraryNames("darwin"), {
    core: "libtensorflow_cc.2.dylib",
    framework: "libtensorflow_framework.2.dylib",
  });
});

Deno.test("inspectLibraryFolder() reads package and version from the metadata beside it", async () => {
  const attempt = await inspect(["tensorflow_cpu-2.18.0"]);
  const found = "found" in attempt ? attempt.found : undefined;
  assertEquals([found?.package, found?.version, found?.cuda], ["tensorflow-cpu", "2.18.0", false]);
});

Deno.test("inspectLibraryFolder() ignores packages with similar names", async () => {
  const attempt = await inspect(["tensorflow-2.21.0", "tensorflow_datasets-4.9.9"]);
  const found = "found" in attempt ? attempt.found : undefined;
  assertEquals([found?.package, found?.version], ["tensorflow", "2.21.0"]);
});

Deno.test("inspectLibraryFolder() does not guess between two versions", async () => {
  const attempt = await inspect(["tensorflow-2.21.0", "tensorflow_cpu-2.12.0"]);
  const found = "found" in attempt ? attempt.found : undefined;
  assertEquals([found?.package, found?.version], [undefined, "unknown"]);
});

Deno.test("inspectLibraryFolder() names the library that is missing", async () => {
  const attempt = await inspect(
    ["tensorflow-2.21.0"],
    (site) => Deno.remove(join(site, "tensorflow", "libtensorflow_framework.so.2")),
  );
  assertMatch(
    "reason" in attempt ? attempt.reason : "",
    /holds no libtensorflow_framework\.so\.2$/,
  );
});

Deno.test("inspectLibraryFolder() takes bare libraries, of unknown version and kind", async () => {
  const attempt = await inspect(["tensorflow-2.21.0"], async (site) => {
    await Deno.remove(join(site, "tensorflow-2.21.0.dist-info"), { recursive: true });
    await Deno.remove(join(site, "tensorflow", "python"), { recursive: true });
  });
  const found = "found" in attempt ? attempt.found : undefined;
  assertEquals([found?.version, found?.cuda], ["unknown", undefined]);
});
