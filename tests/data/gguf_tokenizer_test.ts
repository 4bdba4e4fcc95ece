import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { tokenizerFromGguf } from "../../lib/data/gguf_tokenizer.ts";
import { GGUF_PRE_TOKENIZERS } from "../../lib/data/gguf_pre_tokenizers.ts";
import type { Tokenizer } from "../../lib/data/tokenizer.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { generator } from "./generator.ts";
import { ggufMetadata, tokenizerFixtures } from "./fixtures/fixtures.ts";

const { golden, sentencePieceGguf, byteLevelGguf } = tokenizerFixtures();
const ORIGIN = { path: "model.gguf" };

function sentencePiece(changes: Record<string, unknown> = {}): Tokenizer {
  return tokenizerFromGguf(ggufMetadata(sentencePieceGguf, changes), ORIGIN);
}

function byteLevel(changes: Record<string, unknown> = {}): Tokenizer {
  return tokenizerFromGguf(ggufMetadata(byteLevelGguf, changes), ORIGIN);
}

function encode(tokenizer: Tokenizer, texts: string[]): number[][] {
  return texts.map((text) => [...tokenizer.encode(text)]);
}

Deno.test('a GGUF vocabulary of the kind "llama" gives the ids of SentencePiece', () => {
  const texts = golden.texts.slice(0, golden.sentencePieceLibrary.length);
  assertEquals(encode(sentencePiece(), texts), golden.sentencePieceLibrary);
});

Deno.test('a GGUF vocabulary of the kind "llama" gives the ids of the same model\'s tokenizer.json', () => {
  assertEquals(encode(sentencePiece(), golden.texts), golden.sentencePiece);
});

for (const [name, ids] of Object.entries(golden.byteLevelByPreTokenizer)) {
  Deno.test(`a GGUF vocabulary with the pre-tokenizer "${name}" gives the ids of the library tokenizers`, () => {
    assertEquals(encode(byteLevel({ "tokenizer.ggml.pre": name }), golden.texts), ids);
  });
}

Deno.test("every known pre-tokenizer name can be used", () => {
  for (const name of GGUF_PRE_TOKENIZERS.keys()) {
    const tokenizer = byteLevel({ "tokenizer.ggml.pre": name });
    assertEquals(tokenizer.decode(tokenizer.encode("It's 1995.\n")), "It's 1995.\n");
  }
});

Deno.test("decode() gives back every text that a GGUF vocabulary encoded", () => {
  for (const text of golden.texts) {
    assertEquals(byteLevel().decode(byteLevel().encode(text)), text);
  }
  const plain = golden.texts.filter((text) => !/<|▁/.test(text));
  for (const text of plain) {
    assertEquals(sentencePiece().decode(sentencePiece().encode(text)), text);
  }
});

Deno.test("numbers of a GGUF file may come as typed arrays and big integers", () => {
  const scores = Float32Array.from(sentencePieceGguf["tokenizer.ggml.scores"] as number[]);
  const types = Int32Array.from(sentencePieceGguf["tokenizer.ggml.token_type"] as number[]);
  const tokenizer = sentencePiece({
    "tokenizer.ggml.scores": scores,
    "tokenizer.ggml.token_type": types,
    "tokenizer.ggml.bos_token_id": 1n,
  });
  assertEquals(encode(tokenizer, golden.texts), golden.sentencePiece);
  assertEquals(tokenizer.bosId, 1);
});

Deno.test("addsBos is what the file says, else the custom of its kind", () => {
  assertEquals([sentencePiece().addsBos, byteLevel().addsBos], [true, false]);
  assertEquals(sentencePiece({ "tokenizer.ggml.add_bos_token": false }).addsBos, false);
  assertEquals(byteLevel({ "tokenizer.ggml.add_bos_token": true }).addsBos, true);
  assertEquals(byteLevel({ "tokenizer.ggml.pre": "llama-bpe" }).addsBos, true);
});

Deno.test("add_space_prefix false leaves the first word without a blank", () => {
  const tokenizer = sentencePiece({ "tokenizer.ggml.add_space_prefix": false });
  assertEquals(tokenizer.encode(" the"), sentencePiece().encode("the"));
  assertNotEquals(tokenizer.encode("the"), sentencePiece().encode("the"));
  assertEquals(tokenizer.decode(tokenizer.encode(" the")), " the");
});

Deno.test("the chat template of a GGUF file knows the words of BOS and EOS", () => {
  const tokenizer = byteLevel({ "tokenizer.chat_template": "{{ bos_token }}|{{ eos_token }}" });
  assertEquals(tokenizer.applyChatTemplate([]), "<s>|</s>");
});

Deno.test("a GGUF vocabulary that contradicts itself is refused by the name of the field", () => {
  const tokens = byteLevelGguf["tokenizer.ggml.tokens"] as string[];
  const with_ = (index: number, token: unknown) => tokens.with(index, token as string);
  const cases: [Record<string, unknown>, string][] = [
    [{ "tokenizer.ggml.model": "bert" }, '"gpt2" or "llama", found "bert"'],
    [{ "tokenizer.ggml.tokens": with_(9, tokens[8]) }, "tokens[9]"],
    [{ "tokenizer.ggml.tokens": with_(9, 3) }, "tokens[9]"],
    [{ "tokenizer.ggml.tokens": with_(9, "") }, "not empty"],
    [{ "tokenizer.ggml.tokens": [] }, "token_type"],
    [{ "tokenizer.ggml.token_type": [1, 2] }, `${tokens.length} numbers, one a token, found 2`],
    [{ "tokenizer.ggml.token_type": "1" }, "an array of numbers"],
    [
      { "tokenizer.ggml.merges": ["a zz"] },
      'merges[0]": expected tokens of the vocabulary',
    ],
    [{ "tokenizer.ggml.merges": ["ab"] }, "two tokens"],
    [{ "tokenizer.ggml.merges": undefined }, "an array of strings, found nothing"],
    [{ "tokenizer.ggml.pre": "klingon" }, "one of default, gpt-2"],
    [{ "tokenizer.ggml.bos_token_id": tokens.length }, `a token id below ${tokens.length}`],
    [{ "tokenizer.ggml.eos_token_id": -1 }, "a token id below"],
    [{ "tokenizer.ggml.add_bos_token": 1 }, "true or false"],
    [{ "tokenizer.chat_template": 1 }, "a string"],
  ];
  for (const [changes, message] of cases) {
    assertThrows(() => byteLevel(changes), FileFormatError, message);
  }
  assertThrows(
    () => sentencePiece({ "tokenizer.ggml.scores": [0.5] }),
    FileFormatError,
    "numbers, one a token, found 1",
  );
  const scores = (sentencePieceGguf["tokenizer.ggml.scores"] as number[]).with(3, NaN);
  assertThrows(
    () => sentencePiece({ "tokenizer.ggml.scores": scores }),
    FileFormatError,
    '"tokenizer.ggml.scores[3]"',
  );
});

Deno.test("an error names the byte of the field where the reader knows it", () => {
  const metadata = ggufMetadata(byteLevelGguf, { "tokenizer.ggml.merges": ["ab"] });
  const offsetOf = (name: string) => name === "tokenizer.ggml.merges" ? 4711 : -1;
  assertThrows(
    () => tokenizerFromGguf(metadata, { path: "model.gguf", offsetOf }),
    FileFormatError,
    'Cannot read "model.gguf": metadata "tokenizer.ggml.merges[0]" at byte 4711',
  );
});

Deno.test("GGUF metadata with random damage either works or is refused with a FileFormatError", () => {
  const shared = {
    "tokenizer.ggml.tokens": [
      "<unk>",
      "<s>",
      "a",
      "b",
      "ab",
      "<0x0A>",
      "\u0120",
      "\u2581",
      "<pad>",
    ],
    "tokenizer.ggml.token_type": [2, 3, 1, 1, 1, 6, 1, 1, 4],
    "tokenizer.ggml.scores": [0, 0, -1, -2, -3, 0, 0, -4, 0],
    "tokenizer.ggml.merges": ["a b"],
    "tokenizer.ggml.pre": "smollm",
    "tokenizer.ggml.bos_token_id": 1,
    "tokenizer.ggml.add_bos_token": true,
  };
  const values = [
    undefined,
    null,
    "",
    "a",
    "x y",
    -1,
    0,
    3,
    9,
    0.5,
    NaN,
    5n,
    [],
    [1],
    ["a"],
    {},
    true,
  ];
  const random = generator(99);
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const metadata = ggufMetadata(shared, {
      "tokenizer.ggml.model": random(2) === 0 ? "gpt2" : "llama",
    });
    for (let edits = 1 + random(2); edits > 0; edits--) {
      const key = [...metadata.keys()][random(metadata.size)]!;
      const value = metadata.get(key);
      const other = values[random(values.length)];
      const inside = Array.isArray(value) && value.length > 0 && random(4) > 0;
      metadata.set(key, inside ? value.with(random(value.length), other) : other);
    }
    try {
      const tokenizer = tokenizerFromGguf(metadata, ORIGIN);
      tokenizer.decode(tokenizer.encode("<s>ab a\n\u00e9<pad>"));
    } catch (error) {
      if (!(error instanceof FileFormatError)) {
        throw new Error(`Round ${round} gave another error`, { cause: error });
      }
      refused++;
    }
  }
  assertEquals(refused > 1000 && refused < 10_000, true, `${refused} of 10,000 were refused`);
});
