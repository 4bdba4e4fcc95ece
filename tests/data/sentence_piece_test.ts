import { assertEquals } from "@std/assert";
import { SentencePieceBpe } from "../../lib/data/sentence_piece.ts";
import { philox } from "../../lib/data/philox.ts";

const NO_BYTES = new Array<undefined>(256).fill(undefined);

/** The rule in plain words: join the best pair, the leftmost of equals, until none is left. */
function joinSlowly(text: string, pieces: Map<string, number>, scores: number[]): string[] {
  const symbols = [...text];
  for (;;) {
    let best = -1;
    let bestScore = -Infinity;
    for (let k = 0; k + 1 < symbols.length; k++) {
      const id = pieces.get(symbols[k]! + symbols[k + 1]!);
      if (id === undefined || scores[id]! <= bestScore) continue;
      best = k;
      bestScore = scores[id]!;
    }
    if (best < 0) return symbols;
    symbols.splice(best, 2, symbols[best]! + symbols[best + 1]!);
  }
}

Deno.test("SentencePieceBpe joins as the plain rule does, for 300 random vocabularies with equal scores", () => {
  for (let seed = 0; seed < 300; seed++) {
    let draws = 0;
    const random = (below: number) => philox([draws++, 0, 0, 0], [seed, 0])[0] % below;
    const word = (length: number) => Array.from({ length }, () => "ab▁c"[random(4)]).join("");
    const pieces = new Map([..."ab▁c"].map((letter, id) => [letter, id]));
    for (let k = 0; k < 25; k++) {
      const piece = word(2 + random(4));
      if (!pieces.has(piece)) pieces.set(piece, pieces.size);
    }
    const scores = Array.from({ length: pieces.size }, () => -random(6));
    const bpe = new SentencePieceBpe({ pieces, scores, byteIds: NO_BYTES, unknownId: undefined });
    for (let k = 0; k < 5; k++) {
      const text = word(1 + random(40));
      const expected = joinSlowly(text, pieces, scores).map((symbol) => pieces.get(symbol)!);
      assertEquals(bpe.encode(text), expected, `seed ${seed}, text ${text}`);
    }
  }
});

Deno.test("SentencePieceBpe makes bytes of unknown characters where all bytes are there", () => {
  const byteIds = Array.from({ length: 256 }, (_, byte) => byte === 0xa9 ? undefined : 10 + byte);
  const options = { pieces: new Map([["a", 1]]), scores: [0, 0], byteIds, unknownId: 0 };
  const bpe = new SentencePieceBpe(options);
  assertEquals(bpe.encode("aè"), [1, 10 + 0xc3, 10 + 0xa8]);
  // "é" is C3 A9, and a half of it would be no character.
  assertEquals(bpe.encode("aéa"), [1, 0, 1]);
});

Deno.test("SentencePieceBpe makes one unknown token of neighbouring unknown characters", () => {
  const pieces = new Map([["a", 1]]);
  const bpe = new SentencePieceBpe({ pieces, scores: [0, 0], byteIds: NO_BYTES, unknownId: 0 });
  assertEquals(bpe.encode("xy▁zaxa"), [0, 1, 0, 1]);
});

Deno.test("SentencePieceBpe takes a long text without blanks in time n log n", () => {
  const pieces = new Map([["a", 0], ["aa", 1], ["aaaa", 2], ["▁", 3], ["a▁", 4]]);
  const scores = [0, -1, -2, 0, -3];
  const bpe = new SentencePieceBpe({ pieces, scores, byteIds: NO_BYTES, unknownId: undefined });
  // Quadratic time would be 4 * 10^10 steps.
  assertEquals(bpe.encode("a".repeat(200_000)).length, 50_000);
});
