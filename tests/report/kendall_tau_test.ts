import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { kendallTau } from "../../lib/report/kendall_tau.ts";

Deno.test("kendallTau() is 1 for the same order and -1 for its reverse", () => {
  assertEquals(kendallTau([1, 2, 3], [10, 20, 90]).tau, 1);
  assertEquals(kendallTau([1, 2, 3], [3, 2, 1]).tau, -1);
});

Deno.test("kendallTau() takes ties out of the pairs of their side", () => {
  // Of six pairs four are in order, one is tied in x alone and one in both: 4 / sqrt(5 * 4).
  const { tau, ...pairs } = kendallTau([1, 1, 2, 2], [1, 2, 3, 3]);
  assertEquals(pairs, { concordant: 4, discordant: 0, tied: 2 });
  assertAlmostEquals(tau ?? NaN, 4 / Math.sqrt(20), 1e-15);
});

Deno.test("kendallTau() weighs pairs in order against opposite ones", () => {
  // Of ten pairs two are in order, six opposite, one tied in x alone, one in both.
  const { tau, ...pairs } = kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]);
  assertEquals(pairs, { concordant: 2, discordant: 6, tied: 2 });
  assertAlmostEquals(tau ?? NaN, -4 / Math.sqrt(9 * 8), 1e-15);
});

Deno.test("kendallTau() has no value where one side is all ties, or there is no pair", () => {
  assertEquals(kendallTau([1, 1], [1, 2]).tau, null);
  assertEquals(kendallTau([1], [2]).tau, null);
});

Deno.test("kendallTau() refuses lists of different lengths and NaN", () => {
  assertThrows(() => kendallTau([1], [1, 2]), RangeError, "they have 1 and 2");
  assertThrows(() => kendallTau([1, NaN], [1, 2]), RangeError, "NaN");
});
