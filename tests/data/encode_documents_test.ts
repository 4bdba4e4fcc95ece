import { assertEquals, assertRejects } from "@std/assert";
import { encodeDocuments } from "../../lib/data/encode_documents.ts";
import { parseTokenizer } from "../../lib/data/load_tokenizer.ts";
import type { TextSource } from "../../lib/data/text_source.ts";
import { tokenizerFixtures } from "./fixtures/fixtures.ts";

function parse(config: string) {
  const tokenizer = JSON.stringify(tokenizerFixtures().sentencePieceJson);
  return parseTokenizer({ path: "t.json", tokenizer, config });
}

function source(...documents: string[]): TextSource {
  return {
    name: "s",
    async *documents() {
      yield* await Promise.resolve(documents);
    },
  };
}

Deno.test("encodeDocuments() sets the marks that the tokenizer has around documents", async () => {
  const tokenizer = parse('{"eos_token": "</s>"}');
  const [a, b] = [[...tokenizer.encode("the jury")], [...tokenizer.encode("said so")]];
  const texts = source("the jury", " ", "said so");
  assertEquals([...await encodeDocuments(texts, tokenizer)], [1, ...a, 2, 1, ...b, 2]);
  const bare = await encodeDocuments(texts, tokenizer, { bos: false, eos: false });
  assertEquals([...bare], [...a, ...b]);
  const noEos = await encodeDocuments(texts, parse("{}"));
  assertEquals([...noEos], [1, ...a, 1, ...b]);
});

Deno.test("encodeDocuments() reports each document and refuses a source without text", async () => {
  const seen: number[] = [];
  const onProgress = (count: number) => void seen.push(count);
  await encodeDocuments(source("a", "b"), parse("{}"), { onProgress });
  assertEquals(seen, [1, 2]);
  await assertRejects(() => encodeDocuments(source("", " "), parse("{}")), RangeError, "is empty");
});
