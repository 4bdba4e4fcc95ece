import { assert, assertRejects } from "@std/assert";
import { join } from "node:path";
import { makeFolder } from "../../lib/io/make_folder.ts";

Deno.test("makeFolder() makes folders within each other, and says what stands in their way", async () => {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    const path = join(folder, "a", "b");
    await makeFolder(path);
    await makeFolder(path);
    assert((await Deno.stat(path)).isDirectory);
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "");
    for (const taken of [file, join(file, "below")]) {
      const told = `Cannot make the folder ${JSON.stringify(taken)}: a file stands in its place`;
      await assertRejects(() => makeFolder(taken), Error, told);
    }
    const long = join(folder, "n".repeat(300));
    await assertRejects(() => makeFolder(long), Error, "): give another folder");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
