import { assertEquals, assertThrows } from "@std/assert";
import { philox, philoxKey, type PhiloxWords } from "../../lib/data/philox.ts";

Deno.test("philox() gives the published vectors of Random123 for Philox 4x32-10", () => {
  // File kat_vectors of the Random123 distribution: counter, key, result.
  const ones = 0xffffffff;
  const vectors: [PhiloxWords, [number, number], PhiloxWords][] = [
    [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [[ones, ones, ones, ones], [ones, ones], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  for (const [counter, key, words] of vectors) assertEquals(philox(counter, key), words);
});

Deno.test("philoxKey() keeps all 53 bits of a seed", () => {
  assertEquals(philoxKey(5), [5, 0]);
  assertEquals(philoxKey(2 ** 53 - 1), [0xffffffff, 0x1fffff]);
});

Deno.test("philoxKey() refuses what is no seed", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
    assertThrows(() => philoxKey(seed), RangeError, `current value is ${seed}`);
  }
});
