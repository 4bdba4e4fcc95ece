import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parquetFile } from "../../lib/data/parquet_file.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { collect, withFile } from "./temp_file.ts";

// Written by fixtures/make_parquet.py.
const ROWS = fileURLToPath(new URL("fixtures/rows.parquet", import.meta.url));

Deno.test("parquetFile() gives the rows of a column over all row groups", async () => {
  assertEquals(await collect(parquetFile(ROWS).documents()), ["", " = Title = \n", "naïve 東京"]);
});

Deno.test("parquetFile() says which columns there are", async () => {
  const read = () => collect(parquetFile(ROWS, { column: "body" }).documents());
  await assertRejects(read, FileFormatError, 'the column "body", found only "text", "label"');
});

Deno.test("parquetFile() refuses a column of numbers", async () => {
  const read = () => collect(parquetFile(ROWS, { column: "label" }).documents());
  await assertRejects(read, FileFormatError, "expected a string in row 0, found a bigint");
});

Deno.test("parquetFile() refuses files that are cut or no Parquet files", async () => {
  const bytes = await Deno.readFile(ROWS);
  const damaged = [bytes.subarray(0, 600), new Uint8Array(0), new TextEncoder().encode("PAR1PAR1")];
  for (const content of damaged) {
    await withFile("a.parquet", content, async (path) => {
      await assertRejects(() => collect(parquetFile(path).documents()), FileFormatError);
    });
  }
});
