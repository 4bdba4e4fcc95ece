import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { scheduleFactor } from "../../lib/train/schedule.ts";

const factors = (kind: "constant" | "linear" | "cosine", steps: number, warmup: number) =>
  Array.from({ length: steps + 2 }, (_, step) => scheduleFactor({ kind, warmup }, step, steps));

Deno.test("scheduleFactor() rises from 0 in the warm-up and falls linearly to 0", () => {
  assertEquals(
    factors("linear", 8, 0.25),
    [0, 0.5, 1, 5 / 6, 4 / 6, 1 - 3 / 6, 1 - 4 / 6, 1 - 5 / 6, 0, 0]
      .map((value, i) => i < 3 || i > 7 ? value : 1 - (i - 2) / 6),
  );
});

Deno.test("scheduleFactor() falls along half a cosine", () => {
  const cosine = factors("cosine", 4, 0);
  for (
    const [i, expected] of [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0].entries()
  ) {
    assertAlmostEquals(cosine[i]!, expected, 1e-15);
  }
});

Deno.test("scheduleFactor() stays at 1 where it is constant", () => {
  assertEquals(factors("constant", 3, 0), [1, 1, 1, 1, 1]);
});

Deno.test("scheduleFactor() refuses a warm-up that is no share", () => {
  assertThrows(
    () => scheduleFactor({ kind: "linear", warmup: 10 }, 0, 100),
    RangeError,
    "A warm-up must be a share from 0 to 1: current value is 10",
  );
});
