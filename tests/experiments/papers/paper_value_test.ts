import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { commaSeparated, tabSeparated } from "../../../experiments/papers/convert.ts";
import {
  type PaperQuery,
  paperValue,
  paperValues,
} from "../../../experiments/papers/paper_value.ts";
import { PAPER_TABLES } from "../../../experiments/papers/tables.ts";

interface SpotCheck {
  readonly query: PaperQuery;
  readonly printed: string;
  readonly deviation: string;
  readonly status: string;
  readonly trust: string;
  readonly unit: string;
  readonly note: string;
}

// Made by spot_checks.py beside it, from the files that the tables were converted from.
const CHECKS: readonly SpotCheck[] = JSON.parse(
  await Deno.readTextFile(new URL("spot_checks.json", import.meta.url)),
);

Deno.test("paperValue() finds the cells that another reader drew from the same tables", () => {
  assert(CHECKS.length >= 60);
  for (const { query, printed, deviation, ...rest } of CHECKS) {
    const cell = paperValue(query);
    assert(cell, JSON.stringify(query));
    assertEquals([cell.printed, cell.value], [printed, printed === "" ? null : Number(printed)]);
    assertEquals(cell.deviation, deviation === "" ? null : Number(deviation));
    const { status, trust, unit, note } = cell;
    assertEquals({ status, trust, unit, note }, rest);
  }
});

Deno.test("paperValue() gives a known cell with its source and trust", () => {
  const cell = paperValue({
    paper: "lr-qat",
    table: "3",
    method: "lr-qat",
    bits: 4,
    metric: "perplexity",
  });
  assertEquals([cell?.value, cell?.printed, cell?.deviation, cell?.runs], [5.66, "5.66", 0, 5]);
  assertEquals([cell?.source, cell?.trust], ["arXiv 2406.06385v3, Table 3", "secondary"]);
});

Deno.test("A cell that could not be had stays without a value, one out of memory says so", () => {
  const missing = paperValue({
    paper: "lr-qat",
    table: "2",
    bits: 3,
    downcast: "int-b",
    init: "loftq",
  });
  assertEquals([missing?.value, missing?.printed, missing?.status], [null, "", "not-found"]);
  const full = paperValue({
    paper: "lr-qat",
    table: "4",
    model: "llama-2-13b",
    method: "lsq",
    bits: 4,
    granularity: "per-channel",
    metric: "perplexity",
  });
  assertEquals([full?.value, full?.status], [null, "oom"]);
  assertEquals(paperValue({ paper: "l4q", table: "7", granularity: "g16" }), undefined);
});

Deno.test("paperValue() refuses what means several cells, and names what tells them apart", () => {
  const error = assertThrows(
    () => paperValue({ paper: "lr-qat", table: "3", method: "lsq" }),
    RangeError,
    "cells of lr-qat, table 3, fit",
  );
  assertStringIncludes(error.message, "metric");
});

Deno.test("Unknown papers and tables are refused with the nearest names", () => {
  assertThrows(() => paperValue({ paper: "l4", table: "4" }), RangeError, "did you mean l4q?");
  assertThrows(() => paperValue({ paper: "lr-qat", table: "A9" }), RangeError, "A8");
});

Deno.test("Every table is there, and every row has a status and as many cells as its header", async () => {
  for (const { paper, table, file } of PAPER_TABLES) {
    const cells = paperValues({ paper, table });
    assert(cells.length > 0);
    for (const { status, value, row } of cells) {
      assertEquals(status === "reported", value !== null && Number.isFinite(value));
      assertEquals([row["paper"], row["table"]], [paper, table]);
    }
    const url = new URL(`../../../experiments/papers/tables/${file}.tsv`, import.meta.url);
    const widths = (await Deno.readTextFile(url)).split("\n").slice(0, -1)
      .map((line) => line.split("\t").length);
    assertEquals(new Set(widths).size, 1);
  }
});

Deno.test("The conversion reads quotes and drops columns that are empty", () => {
  const rows = commaSeparated('a,b,c\n1,,"x, ""y"""\r\n2,,\n');
  assertEquals(rows, [["a", "b", "c"], ["1", "", 'x, "y"'], ["2", "", ""]]);
  assertEquals(tabSeparated(rows), 'a\tc\n1\tx, "y"\n2\t\n');
  assertThrows(() => tabSeparated([["a", "b"], ["1"]]), RangeError, "row 2");
});
