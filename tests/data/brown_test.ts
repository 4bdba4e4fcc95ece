import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { brownCorpus, brownDocuments } from "../../lib/data/brown.ts";
import { readText } from "../../lib/data/text_source.ts";
import type { Split } from "../../lib/data/wikitext.ts";

const SPLITS: Split[] = ["train", "validation", "test"];

Deno.test("brownDocuments() gives each of 500 documents to one part, and each part all categories", async () => {
  const documents = await brownDocuments();
  assertEquals(SPLITS.map((split) => documents[split].length), [395, 54, 51]);
  assertEquals(new Set(SPLITS.flatMap((split) => documents[split].map((d) => d.file))).size, 500);
  for (const split of SPLITS) {
    assertEquals(new Set(documents[split].map((document) => document.category)).size, 15);
  }
  assertEquals(documents.test.slice(0, 3).map((document) => document.file), [
    "ca06",
    "ca16",
    "ca26",
  ]);
});

Deno.test("brownCorpus() never changes: perplexities on it stand in results", async () => {
  const hashes: Record<string, string> = {};
  for (const split of SPLITS) {
    const text = await readText(brownCorpus(split));
    hashes[split] = createHash("sha256").update(text).digest("hex").slice(0, 16);
  }
  assertEquals(hashes, {
    train: "60cb265525fc2f3d",
    validation: "b7d687ee063191a7",
    test: "b11ff931893b6d80",
  });
});

Deno.test("brownCorpus() holds no tags, paired marks, two blanks or blank lines", async () => {
  for await (const document of brownCorpus("test").documents()) {
    const traces =
      /\w\/(?:nn|at|in|jj|vb|np|cc|cs|rb|\.)\b|``|''| {2}|\n\n| [,.;?!](?: |$)|\? \?/gm;
    assertEquals(document.match(traces), null);
  }
});

Deno.test("brownCorpus() reads single categories and refuses unknown ones", async () => {
  const source = brownCorpus("test", { categories: ["humor"] });
  assertEquals(source.name, "brown:test:humor");
  let documents = 0;
  for await (const _ of source.documents()) documents++;
  assertEquals(documents, 1);
  const unknown = brownCorpus("test", { categories: ["humour"] });
  await assertRejects(() => readText(unknown), RangeError, 'unknown category "humour"; there are');
});
