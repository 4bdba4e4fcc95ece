import { assertEquals, assertRejects } from "@std/assert";
import { fileSize } from "../../lib/io/file_size.ts";
import { tempFolder } from "./helpers.ts";

Deno.test("fileSize() is undefined where there is no file of the path", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeFile(path, new Uint8Array(7));
  assertEquals(await fileSize(path), 7);
  assertEquals(await fileSize(`${folder.path}/b`), undefined);
  assertEquals(await fileSize(`${path}/below/a/file`), undefined);
  assertEquals(await fileSize(folder.path), undefined);
});

Deno.test("fileSize() does not take another error of the system for a missing file", async () => {
  await assertRejects(() => fileSize(`/${"x".repeat(5000)}`));
});
