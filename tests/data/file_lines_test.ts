import { assertEquals, assertRejects } from "@std/assert";
import { fileLines } from "../../lib/data/file_lines.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { collect, withFile } from "./temp_file.ts";

Deno.test("fileLines() gives lines with their numbers and bytes, for both line ends", async () => {
  await withFile("a", "é\r\n\nlast", async (path) => {
    assertEquals(await collect(fileLines(path)), [
      { text: "é", number: 1, offset: 0 },
      { text: "", number: 2, offset: 4 },
      { text: "last", number: 3, offset: 5 },
    ]);
  });
});

Deno.test("fileLines() gives the lines of text.split() for lines around the buffer's length", async () => {
  const lengths = [65_535, 0, 65_536, 1, 200_000, 65_534, 3];
  const text = lengths.map((length, k) => String.fromCharCode(97 + k).repeat(length)).join("\n");
  await withFile("a", `${text}\n`, async (path) => {
    const lines = await collect(fileLines(path));
    assertEquals(lines.map((line) => line.text), text.split("\n"));
    assertEquals(lines.at(-1)?.offset, text.length - 3);
  });
});

Deno.test("fileLines() names the line that is not UTF-8", async () => {
  await withFile("a", Uint8Array.of(0x61, 0x0a, 0xc3, 0x0a), async (path) => {
    await assertRejects(() => collect(fileLines(path)), FileFormatError, "line 2 at byte 2");
  });
});
