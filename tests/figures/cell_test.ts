import { assertAlmostEquals, assertEquals } from "@std/assert";
import { cellOf, lostText, seedsText, shortestText } from "../../lib/figures/cell.ts";
import { PERPLEXITY, STEP_SECONDS } from "../../lib/figures/measure.ts";
import { RUN } from "./sample_rows.ts";

const runs = [10, 12, 14].map((perplexity, seed) => ({
  ...RUN,
  run_id: `${seed}`,
  seed,
  perplexity,
}));

Deno.test("a cell has the mean and the sample's standard deviation", () => {
  const { spread } = cellOf(runs, PERPLEXITY);
  assertEquals(spread, { mean: 12, std: 2, count: 3 });
});

Deno.test("a run that is lost is no number, even if it has one", () => {
  const cell = cellOf([...runs.slice(1), { ...RUN, status: "diverged", error: "NaN" }], PERPLEXITY);
  assertAlmostEquals(cell.spread?.mean ?? 0, 13, 1e-12);
  assertEquals(lostText(cell), "1 of 3 seeds: diverged: NaN");
});

Deno.test("one seed has no deviation, and the subtitle says so", () => {
  const cell = cellOf(runs.slice(0, 1), PERPLEXITY);
  assertEquals(cell.spread?.std, null);
  assertEquals(seedsText([cell]), "one seed, so no error bars");
});

Deno.test("an infinite perplexity is no number", () => {
  assertEquals(cellOf([{ ...RUN, perplexity: Infinity }], PERPLEXITY).spread, null);
});

Deno.test("of times the least stands for the runs, as other work on the machine only adds", () => {
  const cell = cellOf(
    runs.map((row, k) => ({ ...row, step_seconds: [3, 2.5, 8][k]! })),
    STEP_SECONDS,
  );
  assertEquals(cell.spread, { mean: 2.5, std: null, count: 3 });
  assertEquals(shortestText([cell]), "the shortest of 3 runs");
  const one = cellOf([{ ...RUN, step_seconds: 3 }], STEP_SECONDS);
  assertEquals(shortestText([cell, one]), "the shortest of 1 to 3 runs");
  assertEquals(shortestText([one]), "one run");
  assertEquals(shortestText([]), "no run has a result");
});
