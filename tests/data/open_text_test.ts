import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { openText } from "../../lib/data/open_text.ts";
import { readText } from "../../lib/data/text_source.ts";
import { collect, withFile } from "./temp_file.ts";

Deno.test("openText() opens the Brown corpus by name, its test part unless told", async () => {
  assertEquals((await openText("brown")).name, "brown:test");
  assertEquals((await openText("brown", { split: "train" })).name, "brown:train");
});

Deno.test("openText() reads each kind of file by its end", async () => {
  const kinds: [string, string, string[]][] = [
    ["a.txt", "\ufeffone\ntwo", ["one\ntwo"]],
    ["a.jsonl", '{"body": "one"}\n{"body": "two"}', ["one", "two"]],
    ["wiki.test.raw", " \n one \n", ["", " one \n"]],
  ];
  for (const [name, content, documents] of kinds) {
    await withFile(name, content, async (path) => {
      const source = await openText(path, { field: "body" });
      assertEquals(await collect(source.documents()), documents);
    });
  }
  const parquet = fileURLToPath(new URL("fixtures/rows.parquet", import.meta.url));
  assertEquals((await collect((await openText(parquet)).documents())).length, 3);
});

Deno.test("openText() offers the nearest names for an unknown one", async () => {
  await assertRejects(() => openText("bronw"), RangeError, 'did you mean "brown"?');
  await assertRejects(() => openText("x"), RangeError, "known corpora are brown, wikitext-2");
});

Deno.test("openText() refuses files of an unknown kind, folders, and the hub where it cannot be reached", async () => {
  await withFile("a.doc", "x", async (path) => {
    await assertRejects(() => openText(path), RangeError, "not known by its end");
  });
  const folder = fileURLToPath(new URL("fixtures", import.meta.url));
  await assertRejects(() => openText(folder), RangeError, "neither a corpus nor a file");
  await assertRejects(() => openText("wikitext-2"), TypeError, "'fetchFile'");
});

Deno.test("an empty file is refused when its text is read", async () => {
  await withFile("a.txt", "\n", async (path) => {
    const source = await openText(path);
    await assertRejects(() => readText(source), RangeError, "it is empty");
  });
});
