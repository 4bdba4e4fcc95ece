import { assertEquals, assertRejects } from "@std/assert";
import { memoryByteSource, openByteSource } from "../../lib/io/byte_source.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { tempFolder } from "./helpers.ts";

Deno.test("openByteSource() keeps overlapping reads apart", async () => {
  await using folder = await tempFolder();
  const content = Uint8Array.from({ length: 5000 }, (_, i) => i * 7);
  await Deno.writeFile(`${folder.path}/a`, content);
  await using source = await openByteSource(`${folder.path}/a`);
  assertEquals(source.size, 5000);
  const parts = await Promise.all(Array.from({ length: 50 }, async (_, k) => {
    const part = new Uint8Array(100);
    await source.readInto(part, k * 100);
    return part;
  }));
  parts.forEach((part, k) => assertEquals(part, content.slice(k * 100, k * 100 + 100)));
});

Deno.test("readInto() reports a file that ends too early, and can be used again", async () => {
  await using folder = await tempFolder();
  await Deno.writeFile(`${folder.path}/a`, new Uint8Array(10).fill(1));
  for (const make of [openByteSource, memory]) {
    await using source = await make(`${folder.path}/a`);
    const error = await assertRejects(() => source.readInto(new Uint8Array(8), 6), FileFormatError);
    assertEquals(error.found, "the end of the file");
    const rest = new Uint8Array(4);
    await source.readInto(rest, 6);
    assertEquals(rest, Uint8Array.of(1, 1, 1, 1));
  }
});

async function memory(path: string) {
  return memoryByteSource(path, await Deno.readFile(path));
}

Deno.test("openByteSource() refuses a folder as a bad file, and a missing file by the system's error", async () => {
  await using folder = await tempFolder();
  await assertRejects(() => openByteSource(folder.path), FileFormatError, "found a folder");
  await assertRejects(() => openByteSource(`${folder.path}/no`), Deno.errors.NotFound);
});
