import { assertEquals, assertStringIncludes } from "@std/assert";
import { briefTable } from "../../lib/report/mod.ts";
import { sampleData, samplePlace } from "./sample_data.ts";

const STUDY = { name: "sample", about: "What is shown", command: "deno task sweep sample" };

Deno.test("briefTable() sets the paper's share beside ours and leaves out what is missing", () => {
  // LR-QAT's Table 4, LLaMA-2 7B: RTN, LSQ and LR-QAT at W3, and the float model.
  const table = briefTable(sampleData([
    { method: "float", bits: 16, loss: 2, places: [samplePlace("full-precision", 5.47)] },
    { method: "rtn", loss: 6, places: [samplePlace("rtn", 26.73)] },
    { method: "lr-qat", loss: 3, places: [samplePlace("lr-qat", 6.13)] },
    { method: "lsq", isDone: false, places: [samplePlace("lsq", 6.14)] },
    { method: "peqa", loss: 5 },
  ], { study: { ...STUDY, source: "arXiv 1, Table 4" } }));
  const [method, ours, paper] = ["method", "of float (%) ↑", "paper (%) ↑"]
    .map((title) => table.columns.findIndex((column) => column.title === title));
  assertEquals(
    table.rows.map((row) => [row[method ?? -1], row[ours ?? -1], row[paper ?? -1]]),
    [
      ["Float", "–", "–"],
      ["RTN", "0.0", "0.0"],
      ["PEQA", "25.0", "–"],
      ["LR-QAT", "75.0", "92.8"],
    ],
  );
  assertStringIncludes(table.caption ?? "", "1 of 5 runs are still to be done.");
});

Deno.test("briefTable() has no column of a paper that has no number", () => {
  const { columns } = briefTable(sampleData([{ method: "rtn" }, { method: "lr-qat" }]));
  assertEquals(columns.some(({ title }) => title.startsWith("paper")), false);
});
