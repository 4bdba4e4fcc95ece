import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { batchAt, batchRows, blockCount } from "../../lib/data/batches.ts";

const TOKENS = Int32Array.from({ length: 103 }, (_, k) => k);

Deno.test("batchAt() shows every block exactly once an epoch, also in batches across two epochs", () => {
  // 10 blocks of 10 tokens and batches of 4: five batches are two epochs.
  const seen: Record<number, number[]> = { 0: [], 1: [] };
  for (let step = 0; step < 5; step++) {
    const batch = batchAt(TOKENS, { seed: 3, step, batch: 4, seq: 10 });
    batch.blocks.forEach((block, row) => seen[batch.epochs[row]!]!.push(block));
  }
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  assertEquals(seen[0]!.toSorted((a, b) => a - b), all);
  assertEquals(seen[1]!.toSorted((a, b) => a - b), all);
  assertNotEquals(seen[0], seen[1]);
});

Deno.test("batchAt() fills rows with the tokens of their blocks and leaves the remainder out", () => {
  for (let step = 0; step < 10; step++) {
    const { tokensBT, blocks } = batchAt(TOKENS, { seed: 0, step, batch: 2, seq: 10 });
    const expected = blocks.flatMap((block) =>
      Array.from({ length: 10 }, (_, t) => block * 10 + t)
    );
    assertEquals([...tokensBT], expected);
  }
});

Deno.test("batchAt() gives the same batch for the same step, whatever was asked before", () => {
  const place = { seed: 11, step: 7, batch: 3, seq: 10 };
  const straight = batchAt(TOKENS, place);
  for (const step of [100, 2, 55]) batchAt(TOKENS, { ...place, step });
  assertEquals(batchAt(TOKENS, place), straight);
  assertNotEquals(batchAt(TOKENS, { ...place, seed: 12 }).blocks, straight.blocks);
});

Deno.test("batchAt() takes a batch of more rows than there are blocks", () => {
  const { blocks, epochs } = batchAt(TOKENS, { seed: 0, step: 0, batch: 25, seq: 50 });
  assertEquals(blocks.length, 25);
  assertEquals(epochs.at(-1), 12);
});

Deno.test("batchAt() refuses a text shorter than one block", () => {
  assertThrows(
    () => batchAt(TOKENS.subarray(0, 9), { seed: 0, step: 0, batch: 1, seq: 10 }),
    RangeError,
    "Cannot cut blocks of 10 tokens: the text has 9",
  );
});

Deno.test("batchAt() refuses steps, batches and lengths out of range", () => {
  const good = { seed: 0, step: 0, batch: 1, seq: 10 };
  for (const wrong of [{ step: -1 }, { step: 0.5 }, { step: 2 ** 53 }]) {
    assertThrows(() => batchAt(TOKENS, { ...good, ...wrong }), RangeError, "'step'");
  }
  assertThrows(() => batchAt(TOKENS, { ...good, batch: 0 }), RangeError, "'batch'");
  assertThrows(() => batchAt(TOKENS, { ...good, seq: 1 }), RangeError, "'seq'");
  assertThrows(() => batchAt(TOKENS, { ...good, seed: -1 }), RangeError, "'seed'");
});

Deno.test("batchRows() refuses to choose from nothing", () => {
  assertThrows(() => batchRows(0, { seed: 0, step: 0, batch: 1 }), RangeError, "no items");
});

Deno.test("blockCount() drops the remainder", () => {
  assertEquals([blockCount(20, 10), blockCount(29, 10), blockCount(30, 10)], [2, 2, 3]);
});
