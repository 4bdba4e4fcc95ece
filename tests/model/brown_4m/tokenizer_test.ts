import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { brownCorpus } from "../../../lib/data/brown.ts";
import { encodeDocuments } from "../../../lib/data/encode_documents.ts";
import { loadTokenizer } from "../../../lib/data/load_tokenizer.ts";
import { readText } from "../../../lib/data/text_source.ts";

const FOLDER = fileURLToPath(new URL("../../../lib/model/brown_4m/", import.meta.url));

// What make_tokenizer.py prints: ids that the reference library gives for a split, and their SHA-256.
const REFERENCE = [
  ["train", 1_313_537, "9b34470a72c67b9556c2e83fa0f1b1a9f0d5a46b4dd224b08faec9627e5447b7"],
  ["validation", 178_279, "b3374989f1b4d0dd8f7e6bdc3349446027adad785a460e93ae8e35677fc4f614"],
  ["test", 172_158, "bf53e8f441755cf4c2d18ed16788d38cf8fba5eb3fae7ae380d30f58ff25a38d"],
] as const;

for (const [split, count, digest] of REFERENCE) {
  Deno.test(`brown-4m's tokenizer gives the reference library's ids for the ${split} split, and the text comes back`, async () => {
    const tokenizer = await loadTokenizer(FOLDER);
    const text = await readText(brownCorpus(split));
    const ids = tokenizer.encode(text);
    assertEquals(ids.length, count);
    assertEquals(sha256(ids.join(" ")), digest);
    assert(tokenizer.decode(ids) === text);
  });
}

Deno.test("brown-4m's tokenizer has 4,096 tokens, and one mark for BOS and EOS that it does not add", async () => {
  const { vocabSize, bosId, eosId, addsBos } = await loadTokenizer(FOLDER);
  assertEquals({ vocabSize, bosId, eosId, addsBos }, {
    vocabSize: 4096,
    bosId: 0,
    eosId: 0,
    addsBos: false,
  });
});

Deno.test("brown-4m's tokenizer gives back characters that the corpus lacks", async () => {
  const tokenizer = await loadTokenizer(FOLDER);
  const text = "\0\t naïve 東京 👩🏽\u{10ffff} \u00a0x\r\n";
  assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
});

Deno.test("encodeDocuments() sets the documents of the corpus apart by brown-4m's EOS", async () => {
  const tokenizer = await loadTokenizer(FOLDER);
  const ids = await encodeDocuments(brownCorpus("test"), tokenizer);
  assertEquals(ids.filter((id) => id === tokenizer.eosId).length, 51);
  assertEquals(ids.at(-1), tokenizer.eosId);
});

Deno.test("the n-gram baseline was measured on the tokens of this tokenizer", async () => {
  const baseline = JSON.parse(await Deno.readTextFile(`${FOLDER}ngram_baseline.json`));
  assertEquals(baseline.tokenizerSha256, sha256(await Deno.readFile(`${FOLDER}tokenizer.json`)));
  assertEquals(
    baseline.tokens.text,
    Object.fromEntries(REFERENCE.map(([split, count]) => [split, count])),
  );
});

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
