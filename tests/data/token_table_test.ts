import { assertEquals, assertThrows } from "@std/assert";
import { BYTE_LETTERS, TokenTable } from "../../lib/data/token_table.ts";

const PIECES = new TokenTable({
  tokens: ["<s>", "▁the", "<0xE2>", "<0x82>", "<0xAC>", "▁"],
  spelling: "sentence-piece",
  special: new Set([0]),
  literal: new Set([0]),
  dropsFirstSpace: true,
});

function decode(table: TokenTable, ids: number[], skipSpecial = false): string[] {
  const stream = table.stream({ skipSpecial });
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

Deno.test("a stream holds bytes back until they are a character", () => {
  assertEquals(decode(PIECES, [1, 2, 3, 4, 1]), ["the", "", "", "€", " the", ""]);
});

Deno.test("a stream ends with U+FFFD if it ends inside a character", () => {
  assertEquals(decode(PIECES, [1, 2, 3]), ["the", "", "", "\ufffd"]);
});

Deno.test("a stream drops the one space that encoding put in front", () => {
  assertEquals(decode(PIECES, [5, 1]).join(""), " the");
  assertEquals(decode(PIECES, [0, 1]).join(""), "<s> the");
});

Deno.test("a stream leaves special tokens out where asked", () => {
  assertEquals(decode(PIECES, [0, 1, 0], true).join(""), "the");
});

Deno.test("a token outside the vocabulary is refused", () => {
  for (const id of [-1, 6, 1.5, NaN]) {
    assertThrows(
      () => PIECES.bytes(id),
      RangeError,
      `token ${id}: the vocabulary has tokens 0 to 5`,
    );
  }
});

Deno.test("BYTE_LETTERS is GPT-2's alphabet: 256 letters that differ, blanks as Ġ, Ċ and ĉ", () => {
  assertEquals(new Set(BYTE_LETTERS).size, 256);
  assertEquals(
    [0x20, 0x0a, 0x09, 0xad, 0x41, 0xff].map((byte) => BYTE_LETTERS[byte]).join(""),
    "ĠĊĉŃAÿ",
  );
});

Deno.test("a byte-level token with a letter outside the alphabet stands for itself", () => {
  const table = new TokenTable({
    tokens: ["âĤ¬", "a b", "é"],
    spelling: "byte-level",
    special: new Set(),
    literal: new Set([2]),
    dropsFirstSpace: false,
  });
  assertEquals(decode(table, [0, 1, 2]).join(""), "€a bé");
});
