import { assertEquals, assertRejects } from "@std/assert";
import { jsonlFile } from "../../lib/data/jsonl_file.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { collect, withFile } from "./temp_file.ts";

Deno.test("jsonlFile() gives the field of each line and skips blank lines", async () => {
  await withFile("a.jsonl", '{"text": "one"}\n\n{"body": "x", "text": "two"}\n', async (path) => {
    assertEquals(await collect(jsonlFile(path).documents()), ["one", "two"]);
  });
  await withFile("a.jsonl", '{"body": "x"}', async (path) => {
    assertEquals(await collect(jsonlFile(path, { field: "body" }).documents()), ["x"]);
  });
});

Deno.test("jsonlFile() names the line and byte that is no JSON object", async () => {
  for (const wrong of ['{"text": }', "[1]", '"x"', "null", '{"text": "a"} x']) {
    await withFile("a.jsonl", `{"text": "é"}\n${wrong}\n`, async (path) => {
      const read = () => collect(jsonlFile(path).documents());
      await assertRejects(read, FileFormatError, "line 2 at byte 15: expected a JSON object");
    });
  }
});

Deno.test("jsonlFile() says which fields a line has where the one asked for is missing", async () => {
  await withFile("a.jsonl", '{"body": "x", "n": 1}', async (path) => {
    const expected =
      'field "text" of line 1 at byte 0: expected a string, found only the fields "body", "n"';
    await assertRejects(() => collect(jsonlFile(path).documents()), FileFormatError, expected);
    const number = () => collect(jsonlFile(path, { field: "n" }).documents());
    await assertRejects(number, FileFormatError, "expected a string, found 1");
    const inherited = () => collect(jsonlFile(path, { field: "toString" }).documents());
    await assertRejects(inherited, FileFormatError, "only the fields");
  });
});
