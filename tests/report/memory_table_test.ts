import { assertEquals, assertStringIncludes } from "@std/assert";
import { memoryDocument } from "../../lib/report/memory_document.ts";
import { memoryTable } from "../../lib/report/memory_table.ts";
import { reportMarkdown } from "../../lib/report/render/report_markdown.ts";
import type { MemoryProfileRow } from "../../lib/results/memory_row.ts";

const GIB = 2 ** 30;

const ROW: MemoryProfileRow = {
  study: "memory/test",
  label: "LR-QAT, Q4.4",
  model: "llama-2-7b",
  method: "lr-qat",
  bits: 4,
  granularity: "channel",
  rank: 32,
  phi: "fixed",
  recompute: "linear",
  batch: 1,
  seq: 1024,
  accumulation: 1,
  compute: "bfloat16",
  basis: "paper-stack",
  stack: "lr-qat",
  total_bytes: 21 * GIB,
  frozen_weights: 6 * GIB,
  trainable: GIB,
  gradients: GIB,
  optimizer: 2 * GIB,
  activations: 10 * GIB,
  intermediates: 0,
  other: GIB,
  argument_bytes: null,
  output_bytes: null,
  temporary_bytes: null,
  published_bytes: 20 * GIB,
  published_status: "reported",
};
const ESTIMATED: MemoryProfileRow = {
  ...ROW,
  basis: "estimated",
  stack: null,
  total_bytes: 18 * GIB,
};
const PLANNED: MemoryProfileRow = { ...ESTIMATED, basis: "planned", total_bytes: 19 * GIB };

Deno.test("the table of memory sets both bases beside what is published", () => {
  const [cells] = memoryTable([ROW, ESTIMATED]).rows;
  assertEquals(cells, [
    "LR-QAT, Q4.4",
    "llama-2-7b",
    "20.0 GiB",
    "21.0 GiB",
    "+5.0 %",
    "18.0 GiB",
    "-10.0 %",
    "estimated",
  ]);
});

Deno.test("a plan stands where there is one, and an estimate says that it is one", () => {
  const [cells = []] = memoryTable([ROW, ESTIMATED, PLANNED]).rows;
  assertEquals(cells.slice(5), ["19.0 GiB", "-5.0 %", "planned"]);
});

Deno.test("what ran out of memory has no difference", () => {
  const row = { ...ROW, published_bytes: null, published_status: "oom" };
  const [cells = []] = memoryTable([row]).rows;
  assertEquals(cells.slice(2, 5), ["out of memory", "21.0 GiB", "–"]);
});

Deno.test("the report of memory never mixes the bases in a table by class or a figure", () => {
  const page = memoryDocument({
    name: "test",
    about: "a test",
    notes: ["one assumption"],
    rows: [ROW, ESTIMATED],
    command: "deno task memory --study test",
  });
  const text = reportMarkdown(page, { pathOf: (id) => `${id}.svg` });
  assertStringIncludes(text, "memory-paper-stack.svg");
  assertStringIncludes(text, "memory-estimated.svg");
  assertStringIncludes(text, "1. one assumption");
  const tables = page.sections.map(({ blocks }) => blocks.find(({ kind }) => kind === "table"));
  assertEquals(tables.slice(1, 3).map((table) => table?.kind === "table" && table.rows.length), [
    1,
    1,
  ]);
});
