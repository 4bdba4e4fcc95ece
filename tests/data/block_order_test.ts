import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { blockOrder } from "../../lib/data/block_order.ts";

Deno.test("blockOrder() holds every block exactly once, for many counts, seeds and epochs", () => {
  for (const count of [0, 1, 2, 3, 10, 257, 1000]) {
    for (let seed = 0; seed < 20; seed++) {
      const order = blockOrder(count, { seed, epoch: seed % 3 });
      assertEquals([...order].sort((a, b) => a - b), Array.from({ length: count }, (_, k) => k));
    }
  }
});

Deno.test("blockOrder() depends on the seed and the epoch, and on nothing that was asked before", () => {
  const first = blockOrder(100, { seed: 7, epoch: 0 });
  assertNotEquals(blockOrder(100, { seed: 8, epoch: 0 }), first);
  assertNotEquals(blockOrder(100, { seed: 7, epoch: 1 }), first);
  for (let epoch = 2; epoch < 20; epoch++) blockOrder(100, { seed: 7, epoch });
  assertEquals(blockOrder(100, { seed: 7, epoch: 0 }), first);
});

Deno.test("blockOrder() is not changed by what a caller does with an order", () => {
  const kept = [...blockOrder(9, { seed: 1, epoch: 1 })];
  blockOrder(9, { seed: 1, epoch: 1 }).fill(0);
  assertEquals([...blockOrder(9, { seed: 1, epoch: 1 })], kept);
});

Deno.test("blockOrder() makes all orders of four blocks equally often", () => {
  const counts = new Map<string, number>();
  const seeds = 24_000;
  for (let seed = 0; seed < seeds; seed++) {
    const order = blockOrder(4, { seed, epoch: 0 }).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  // Chi-square with 23 degrees of freedom: 49.7 is passed by one fair generator in a thousand.
  const expected = seeds / 24;
  let chiSquare = 0;
  for (const count of counts.values()) chiSquare += (count - expected) ** 2 / expected;
  assertEquals(chiSquare < 49.7, true, `chi-square is ${chiSquare}`);
});

Deno.test("blockOrder() never changes between versions, so that old runs can be repeated", () => {
  assertEquals([...blockOrder(10, { seed: 1000, epoch: 3 })], [7, 2, 3, 9, 0, 5, 8, 4, 1, 6]);
});

Deno.test("blockOrder() refuses counts and epochs out of range", () => {
  assertThrows(() => blockOrder(-1, { seed: 0, epoch: 0 }), RangeError, "'count'");
  assertThrows(() => blockOrder(3, { seed: 0, epoch: 0.5 }), RangeError, "'epoch'");
});
