import { assertEquals } from "@std/assert";
import { PairQueue, type SymbolPair } from "../../lib/data/pair_queue.ts";

Deno.test("PairQueue gives the highest score first and the leftmost among equals", () => {
  const queue = new PairQueue();
  const pairs: SymbolPair[] = Array.from({ length: 500 }, (_, k) => {
    return { score: (k * 7919) % 13, left: (k * 31) % 500, end: k };
  });
  for (const pair of pairs) queue.push(pair);
  const expected = pairs.toSorted((a, b) => b.score - a.score || a.left - b.left);
  const found: SymbolPair[] = [];
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) found.push(pair);
  assertEquals(found, expected);
});
