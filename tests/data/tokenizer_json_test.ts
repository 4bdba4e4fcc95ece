import { assertEquals, assertThrows } from "@std/assert";
import { parseTokenizer } from "../../lib/data/load_tokenizer.ts";
import { readTokenizerJson } from "../../lib/data/tokenizer_json.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { generator } from "./generator.ts";

/** A vocabulary as small as can be, with every part that the reader knows. */
function tiny() {
  return {
    version: "1.0",
    added_tokens: [{ id: 5, content: "<s>", special: true, normalized: false }],
    normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }] },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Digits", individual_digits: true },
        { type: "Split", pattern: { Regex: "\\s+" }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, use_regex: true },
      ],
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      unk_token: "?",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: { "a": 0, "b": 1, "ab": 2, "?": 3, "aab": 4 } as Record<string, unknown>,
      merges: ["a b", ["a", "ab"]] as unknown[],
    },
  };
}

type Tiny = ReturnType<typeof tiny>;

function assertRefused(change: (file: Tiny) => void, message: string): void {
  const file = tiny();
  change(file);
  const text = JSON.stringify(file);
  assertThrows(() => readTokenizerJson(text, "t.json"), FileFormatError, message);
}

Deno.test("readTokenizerJson() reads tokens by id, and both forms of merges", () => {
  const read = readTokenizerJson(JSON.stringify(tiny()), "t.json");
  assertEquals(read.tokens, ["a", "b", "ab", "?", "aab", "<s>"]);
  assertEquals(read.model.merges, [["a", "b"], ["a", "ab"]]);
  assertEquals([read.spelling, read.leadingToken], ["byte-level", "<s>"]);
});

Deno.test("readTokenizerJson() names the file, the field and the byte of a wrong value", () => {
  const text = '{"model": {"vocab": {"é": 0, "b": "x"}, "merges": []}}';
  assertThrows(
    () => readTokenizerJson(text, "dir/t.json"),
    FileFormatError,
    'Cannot read "dir/t.json": field "model.vocab.b" at byte 35: ' +
      'expected an integer of at least 0, found "x"',
  );
});

Deno.test("readTokenizerJson() refuses ids that are not 0 to count - 1, each once", () => {
  assertRefused((file) => file.model.vocab["b"] = 0, '"model.vocab.b"');
  assertRefused((file) => file.model.vocab["b"] = 2 ** 40, "ids 0 to 5, each once");
  assertRefused((file) => file.model.vocab["b"] = -1, "integer of at least 0");
  assertRefused((file) => file.added_tokens[0]!.id = 6, '"added_tokens.0.id"');
});

Deno.test("readTokenizerJson() refuses a token that stands twice", () => {
  const text = JSON.stringify(tiny()).replace('"b":1', '"a":1');
  assertThrows(() => readTokenizerJson(text, "t.json"), FileFormatError, 'found "a" twice');
  const twice = { id: 0, content: "<s>", special: true, normalized: false };
  assertRefused((file) => file.added_tokens.push(twice), "added tokens that differ");
});

Deno.test("readTokenizerJson() refuses an added token with another id than the vocabulary's", () => {
  assertRefused((file) => file.added_tokens[0]!.content = "a", "0, the token's id");
});

Deno.test("readTokenizerJson() refuses merges of unknown tokens", () => {
  assertRefused((file) => file.model.merges.push("b b"), 'found "bb"');
  assertRefused((file) => file.model.merges.push(["x", "b"]), '"model.merges.2"');
  assertRefused((file) => file.model.merges.push("ab"), "two tokens");
  assertRefused((file) => file.model.merges.push(["a", "b", "ab"]), "two tokens");
  assertRefused((file) => file.model.merges.push(["a", 1]), "two tokens");
});

Deno.test("readTokenizerJson() treats tokens named like members of objects as tokens", () => {
  assertRefused((file) => file.model.merges.push("__proto__ a"), '"__proto__"');
  assertRefused((file) => file.model.merges.push("constructor a"), '"constructor"');
  const text = JSON.stringify(tiny()).replace('"b":1', '"__proto__":1')
    .replace('"a b"', '"a a"').replace('"ab":2', '"aa":2').replace('["a","ab"]', '["a","aa"]')
    .replace('"aab":4', '"aaa":4');
  const tokenizer = parseTokenizer({ path: "t.json", tokenizer: text });
  assertEquals([...tokenizer.encode("aaa")], [2, 0]);
  assertEquals(tokenizer.decode([1]), "__proto__");
});

Deno.test("readTokenizerJson() refuses steps that it would not follow exactly", () => {
  type Step = Record<string, unknown>;
  const pre = (step: Step) => (file: Tiny) => Object.assign(file, { pre_tokenizer: step });
  const regex = { Regex: "a" };
  assertRefused(pre({ type: "Whitespace" }), "one of ByteLevel, Digits, Metaspace, Split");
  assertRefused(pre({ type: "ByteLevel", add_prefix_space: true }), "add_prefix_space");
  assertRefused(pre({ type: "Split", pattern: regex, behavior: "MergedWithNext" }), "behavior");
  assertRefused(pre({ type: "Split", pattern: regex, behavior: "Removed" }), "invert");
  assertRefused(pre({ type: "Metaspace", replacement: "_" }), "replacement");
  assertRefused((file) => Object.assign(file.model, { type: "Unigram" }), "one of BPE");
  assertRefused((file) => Object.assign(file.model, { dropout: 0.1 }), "dropout");
  assertRefused((file) => Object.assign(file.model, { end_of_word_suffix: "</w>" }), "suffix");
  assertRefused((file) => Object.assign(file.model, { unk_token: "x" }), "unk_token");
  assertRefused((file) => Object.assign(file, { decoder: { type: "WordPiece" } }), "decoder.type");
  assertRefused((file) => Object.assign(file, { decoder: null }), "decoder");
  assertRefused((file) => Object.assign(file, { normalizer: { type: "Lowercase" } }), "normalizer");
  assertRefused(
    (file) => Object.assign(file.added_tokens[0]!, { single_word: true }),
    "single_word",
  );
});

Deno.test("readTokenizerJson() refuses patterns that need exponential time", () => {
  const split = (pattern: string) => (file: Tiny) => {
    Object.assign(file, {
      pre_tokenizer: { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated" },
    });
  };
  assertRefused(split("(a+)+b"), "a repeated group");
  assertRefused(split("(?:a|a)*b"), "a repeated group");
  assertRefused(split("a".repeat(5000)), "5000 characters");
});

Deno.test("parseTokenizer() says that a pattern is no regular expression", () => {
  const file = tiny();
  Object.assign(file.pre_tokenizer.pretokenizers[1]!, { pattern: { Regex: "(a" } });
  assertThrows(
    () => parseTokenizer({ path: "t.json", tokenizer: JSON.stringify(file) }),
    FileFormatError,
    "expected regular expressions",
  );
});

Deno.test("a tokenizer.json with random damage either works or is refused with a FileFormatError", () => {
  const original = JSON.stringify(tiny());
  const random = generator(20_240_607);
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const text = damage(original, random);
    try {
      const tokenizer = parseTokenizer({ path: "t.json", tokenizer: text });
      for (const id of tokenizer.encode("aab a1b?<s>\u00e9 ")) tokenizer.decode([id]);
    } catch (error) {
      if (!(error instanceof FileFormatError)) {
        throw new Error(`Round ${round} gave another error for ${text}`, { cause: error });
      }
      refused++;
    }
  }
  // Both ways must be taken: a reader that refuses all, or none, is no reader.
  assertEquals(refused > 1000 && refused < 10_000, true, `${refused} of 10,000 were refused`);
});

const PIECES = [
  "",
  "0",
  "-1",
  "1e999",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  '"a"',
  '"__proto__"',
  "\\u0000",
  "\\ud800",
  ",",
  ":",
  '"',
  "{",
  "[",
  "]",
  "}",
  "+",
  "*",
  "(",
  ")",
  "99999999999",
  "0.5",
  "Sequence",
  "\u0000",
  "é",
];

function damage(text: string, random: (below: number) => number): string {
  let damaged = text;
  for (let edits = 1 + random(3); edits > 0; edits--) {
    const at = random(damaged.length);
    const piece = PIECES[random(PIECES.length)]!;
    const kind = random(5);
    if (kind === 0) damaged = damaged.slice(0, at) + piece + damaged.slice(at);
    if (kind === 1) damaged = damaged.slice(0, at) + damaged.slice(at + 1 + random(20));
    if (kind === 2) damaged = damaged.slice(0, at) + piece + damaged.slice(at + 1);
    if (kind === 3) damaged = replaceValue(damaged, at, piece);
    if (kind === 4) damaged = damaged.slice(0, at) + damaged.slice(random(at + 1));
    // Copies of parts must not grow without end.
    damaged = damaged.slice(0, 4000);
  }
  return damaged;
}

/** Puts another value in the place of the scalar that stands next. */
function replaceValue(text: string, at: number, piece: string): string {
  const scalar = /"(?:[^"\\]|\\.)*"|true|false|null|\d+/g;
  scalar.lastIndex = at;
  const found = scalar.exec(text);
  if (found === null) return text;
  return text.slice(0, found.index) + piece + text.slice(found.index + found[0].length);
}
