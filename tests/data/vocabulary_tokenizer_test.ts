import { assertEquals } from "@std/assert";
import { TokenTable } from "../../lib/data/token_table.ts";
import { VocabularyTokenizer } from "../../lib/data/vocabulary_tokenizer.ts";

const tokenizer = new VocabularyTokenizer({
  encodeText: (text) => [...text].map((letter) => letter === "\ufffd" ? 1 : 0),
  table: new TokenTable({
    tokens: ["a", "?", "<s>", "</s>"],
    spelling: "byte-level",
    special: new Set([2, 3]),
    literal: new Set([2, 3]),
    dropsFirstSpace: false,
  }),
  bosId: 2,
  eosId: 3,
  addsBos: true,
  chatTemplate: undefined,
});

Deno.test("encode() adds BOS and EOS only where asked, even if the model's files add BOS", () => {
  assertEquals([...tokenizer.encode("aa")], [0, 0]);
  assertEquals([...tokenizer.encode("aa", { bos: true })], [2, 0, 0]);
  assertEquals([...tokenizer.encode("", { bos: true, eos: true })], [2, 3]);
});

Deno.test("encode() takes half a surrogate pair as U+FFFD", () => {
  assertEquals([...tokenizer.encode("a\ud800a")], [0, 1, 0]);
});

Deno.test("decode() takes any list of ids and leaves special tokens out where asked", () => {
  assertEquals(tokenizer.decode(Int32Array.of(2, 0, 3)), "<s>a</s>");
  assertEquals(tokenizer.decode(new Set([2, 0, 3]), { skipSpecial: true }), "a");
  assertEquals(tokenizer.decode([]), "");
});
