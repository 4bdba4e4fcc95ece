import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pivot } from "../../lib/results/pivot.ts";
import { RUNS } from "../../lib/results/row_format.ts";
import { rowTable } from "../../lib/results/row_table.ts";
import type { RunRow } from "../../lib/results/run_row.ts";
import { summarize } from "../../lib/results/summarize.ts";
import { sampleRun } from "./samples.ts";

/** Runs of two methods at 4 and 3 bits; the perplexity of each seed is given. */
function runs(
  method: string,
  bits: number,
  perplexities: readonly (number | null)[],
  changes: Partial<RunRow> = {},
): RunRow[] {
  return perplexities.map((perplexity, seed) =>
    sampleRun(0, { method, bits, seed, perplexity, ...changes })
  );
}

Deno.test("summarize() gives mean, deviation of a sample and count by group, in the order of the rows", () => {
  const rows = [
    ...runs("rtn", 4, [30]),
    ...runs("lr-qat", 3, [21, 22, 26]),
    ...runs("lr-qat", 4, [20, 20.5]),
  ];
  const groups = summarize(rows, { by: ["method", "bits"], values: ["perplexity", "rank"] });
  assertEquals(groups.map(({ key }) => key), [
    { method: "rtn", bits: 4 },
    { method: "lr-qat", bits: 3 },
    { method: "lr-qat", bits: 4 },
  ]);
  assertEquals(groups[0]?.values.perplexity, { mean: 30, deviation: null, count: 1 });
  // (21 + 22 + 26) / 3 = 23; (4 + 1 + 9) / 2 = 7
  assertEquals(groups[1]?.values.perplexity.mean, 23);
  assertAlmostEquals(groups[1]?.values.perplexity.deviation ?? NaN, Math.sqrt(7), 1e-14);
  assertEquals(groups[1]?.values.rank, { mean: 8, deviation: 0, count: 3 });
});

Deno.test("summarize() averages only runs that are done, and shows that others are missing", () => {
  const rows = [
    ...runs("lr-qat", 4, [20, 22]),
    ...runs("lr-qat", 4, [1e9], { seed: 7, status: "diverged" }),
    ...runs("lr-qat", 4, [null], { seed: 8 }),
    ...runs("lr-qat", 4, [NaN], { seed: 9 }),
    ...runs("l4q", 4, [null], { status: "failed" }),
  ];
  const [lrQat, l4q] = summarize(rows, { by: ["method"], values: ["perplexity"] });
  assertEquals([lrQat?.runs, lrQat?.done], [5, 4]);
  assertEquals(lrQat?.values.perplexity, { mean: 21, deviation: Math.SQRT2, count: 2 });
  assertEquals([l4q?.runs, l4q?.done], [1, 0]);
  assertEquals(l4q?.values.perplexity, { mean: null, deviation: null, count: 0 });
});

Deno.test("summarize() keeps null apart from the text null, and takes no key at all as one group", () => {
  const rows = [...runs("rtn", 4, [1, 2], { phi: null }), ...runs("rtn", 4, [5], { phi: "null" })];
  const groups = summarize(rows, { by: ["phi"], values: ["perplexity"] });
  assertEquals(groups.map(({ key, runs }) => [key.phi, runs]), [[null, 2], ["null", 1]]);
  const [all] = summarize(rows.slice(0, 2), { by: [], values: ["perplexity"] });
  assertEquals([all?.key, all?.values.perplexity.mean], [{}, 1.5]);
  assertEquals(summarize([], { by: ["phi"], values: ["perplexity"] }), []);
});

Deno.test("summarize() refuses to average over settings, and names them", () => {
  const rows = [...runs("lr-qat", 4, [1]), ...runs("lr-qat", 4, [2], { rank: 32, lr_scale: 1 })];
  assertThrows(
    () => summarize(rows, { by: ["method"], values: ["perplexity"] }),
    RangeError,
    "two of method lr-qat have seed 0: add 'rank' or 'lr_scale', in which they differ, to 'by'",
  );
  assertEquals(summarize(rows, { by: ["rank"], values: ["perplexity"] }).length, 2);
});

Deno.test("pivot() lays groups out with a column for each value, and null where there is none", () => {
  const rows = [
    ...runs("rtn", 4, [30]),
    ...runs("rtn", 2, [90]),
    ...runs("l4q", 10, [20]),
    ...runs("l4q", 4, [21]),
  ];
  const groups = summarize(rows, { by: ["method", "bits"], values: ["perplexity"] });
  const table = pivot(groups, { rows: ["method"], column: "bits" });
  assertEquals(table.columns, [4, 2, 10]);
  assertEquals(
    table.rows.map(({ key, cells }) => [key, cells.map((cell) => cell?.values.perplexity.mean)]),
    [[{ method: "rtn" }, [30, 90, undefined]], [{ method: "l4q" }, [21, undefined, 20]]],
  );
  assertEquals(table.rows[0]?.cells[2], null);
  assertThrows(
    () => pivot(groups, { rows: [], column: "bits" }),
    RangeError,
    "2 items fall into the cell",
  );
  assertEquals(pivot(groups.slice(0, 0), { rows: ["method"], column: "bits" }).rows, []);
});

Deno.test("rowTable() has every column, with and without rows", () => {
  assertEquals(rowTable(RUNS, []).columnNames(), Object.keys(sampleRun(0)));
  assertEquals(rowTable(RUNS, [sampleRun(0), sampleRun(1)]).object(1), sampleRun(1));
});
