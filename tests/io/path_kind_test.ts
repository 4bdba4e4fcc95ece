import { assertEquals, assertRejects } from "@std/assert";
import { isFile, isFolder } from "../../lib/io/path_kind.ts";
import { tempFolder } from "./helpers.ts";

Deno.test("isFile() and isFolder() tell files, folders and what is missing apart", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "");
  const kinds = async (path: string) => [await isFile(path), await isFolder(path)];
  assertEquals(await kinds(path), [true, false]);
  assertEquals(await kinds(folder.path), [false, true]);
  assertEquals(await kinds(`${folder.path}/b`), [false, false]);
  assertEquals(await kinds(`${path}/below/a/file`), [false, false]);
});

Deno.test("isFolder() does not take another error of the system for a missing folder", async () => {
  await assertRejects(() => isFolder(`/${"x".repeat(5000)}`));
});
