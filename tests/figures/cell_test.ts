import { assertAlmostEquals, assertEquals } from "@std/assert";
import { cellOf, lostText, seedsText } from "../../lib/figures/cell.ts";
import { PERPLEXITY } from "../../lib/figures/measure.ts";
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
