import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ReportDocument, reportDocument, type TableBlock } from "../../lib/report/mod.ts";
import { sampleData, samplePlace } from "./sample_data.ts";

const REFERENCES = [
  { method: "float", bits: 16, loss: 2.9, places: [samplePlace("full-precision", 5)] },
  { method: "lora", bits: 16, loss: 2 },
  { method: "rtn", loss: 4, places: [samplePlace("rtn", 8)] },
] as const;
const LSQ = { method: "lsq", loss: 3.25, places: [samplePlace("lsq", 6)] } as const;
const STUDY = { name: "s", about: "a", command: "deno task sweep s", source: "arXiv 1, Table 4" };

function tables(report: ReportDocument, title: string): TableBlock[] {
  const section = report.sections.find((section) => section.title === title);
  return section?.blocks.filter((block) => block.kind === "table") ?? [];
}

/** The cells of a column, from top to bottom. */
function column(table: TableBlock | undefined, title: string): string[] {
  const index = table?.columns.findIndex((column) => column.title === title) ?? -1;
  return table?.rows.map((row) => row[index] ?? "") ?? [];
}

function texts(report: ReportDocument, title: string): string {
  const section = report.sections.find((section) => section.title === title);
  return JSON.stringify(section?.blocks);
}

Deno.test("reportDocument() shows a search by its validation losses, and no empty scores", () => {
  const tried = (loss: number) =>
    ({ test_loss: null, perplexity: null, validation_loss: loss }) as const;
  const [table] = tables(
    reportDocument(sampleData([
      { method: "lsq", training: { steps: 10 }, changes: tried(3.25) },
      { method: "lsq", training: { steps: 20 }, changes: tried(3) },
    ])),
    "Results",
  );
  assertEquals(column(table, "validation ↓"), ["3.2500", "3.0000"]);
  const titles = table?.columns.map(({ title }) => title) ?? [];
  assertEquals(titles.filter((title) => /nats|perplexity|float|merged/.test(title)), []);
});

Deno.test("reportDocument() gives mean, deviation and n over the runs that are done", () => {
  const lost = {
    status: "diverged",
    error: "Not finite",
    test_loss: null,
    perplexity: null,
  } as const;
  const [table] = tables(
    reportDocument(sampleData([
      { method: "lsq", seed: 1, loss: 3 },
      { method: "lsq", seed: 2, loss: 3.5 },
      { method: "lsq", seed: 3, changes: lost },
      { method: "lsq", seed: 4, isDone: false },
    ])),
    "Results",
  );
  // The sample's deviation of 3 and 3.5 is sqrt(0.125) = 0.35355.
  assertEquals(column(table, "nats ↓"), ["3.2500 ± 0.3536"]);
  assertEquals(column(table, "n"), ["2 (1 lost, 1 missing)"]);
});

Deno.test("reportDocument() gives the share of RTN's extra loss that is recovered", () => {
  const [table] = tables(reportDocument(sampleData([...REFERENCES, LSQ])), "Results");
  // 100 (4 - 3.25) / (4 - 2)
  assertEquals(column(table, "recovered (%) ↑"), ["–", "–", "0.0", "37.5"]);
});

Deno.test("reportDocument() takes a share's references from runs that were scored alike", () => {
  const few = { method: "rtn", loss: 6, blocks: 20 };
  const [table] = tables(reportDocument(sampleData([...REFERENCES, few, LSQ])), "Results");
  assertEquals(column(table, "recovered (%) ↑"), ["–", "–", "–", "0.0", "37.5"]);
});

Deno.test("reportDocument() puts the paper's number beside ours, with both extra losses", () => {
  const report = reportDocument(sampleData([...REFERENCES, LSQ], { study: STUDY }));
  const [table] = tables(report, "Against the paper");
  assertEquals(column(table, "paper"), ["5", "8", "6"]);
  // exp(2.9), exp(4), exp(3.25), each less the paper's number.
  assertEquals(column(table, "difference"), ["+13.174", "+46.598", "+19.790"]);
  // ln(8 / 5) and ln(6 / 5); ours are 4 - 2.9 and 3.25 - 2.9.
  assertEquals(column(table, "paper: extra nats"), ["0.000", "0.470", "0.182"]);
  assertEquals(column(table, "ours: extra nats"), ["0.000", "1.100", "0.350"]);
});

Deno.test("reportDocument() gives no difference where another model stands for the paper's", () => {
  const place = samplePlace("lsq", 6, { comparable: "order", notes: { model: "tiny for llama" } });
  const report = reportDocument(sampleData([{ ...LSQ, places: [place] }], { study: STUDY }));
  const [table] = tables(report, "Against the paper");
  assertEquals(column(table, "difference"), ["not comparable"]);
  assertStringIncludes(texts(report, "What differs from the paper"), "model: tiny for llama");
});

Deno.test("reportDocument() shows cells that have no number on one side as what they are", () => {
  const report = reportDocument(sampleData([
    { method: "lsq", places: [samplePlace("lsq", null)] },
    { method: "peqa", places: [samplePlace("peqa", 7)], isDone: false },
  ], { study: STUDY }));
  const [table] = tables(report, "Against the paper");
  assertEquals(column(table, "paper"), ["oom", "7"]);
  assertEquals(column(table, "ours"), ["20.086", "missing"]);
});

Deno.test("reportDocument() compares the order of methods within a setting", () => {
  const peqa = { method: "peqa", loss: 3, places: [samplePlace("peqa", 7)] };
  const data = sampleData([...REFERENCES, LSQ, peqa], { study: STUDY });
  const [, orders] = tables(reportDocument(data), "Against the paper");
  assertEquals(orders?.rows, [
    ["llama, W4", "lsq < peqa < rtn", "peqa < lsq < rtn", "0.33", "2", "1", "0"],
  ]);
});

Deno.test("reportDocument() names published numbers that are not measured", () => {
  const [cell] = samplePlace("lsq", 50).cells;
  const accuracy = cell ? [{ ...cell, metric: "accuracy", key: { task: "mmlu" } }] : [];
  const place = samplePlace("lsq", null, { cells: accuracy });
  const report = reportDocument(sampleData([{ ...LSQ, places: [place] }], { study: STUDY }));
  assertStringIncludes(texts(report, "Against the paper"), "accuracy (mmlu): 1");
});

Deno.test("reportDocument() lists lost runs with their errors and how missing ones are done", () => {
  const report = reportDocument(sampleData([
    { method: "lsq", changes: { status: "failed", error: "No such file" } },
    { method: "peqa", isDone: false },
  ]));
  const text = texts(report, "Lost and missing runs");
  assertStringIncludes(text, "No such file");
  assertStringIncludes(text, "deno task sweep sample");
  assertStringIncludes(text, "1 of the study's 2 runs were not done");
});

Deno.test("reportDocument() warns of runs whose code is not the committed one", () => {
  const data = sampleData([{ method: "lsq" }, { method: "peqa" }]);
  const [first, second] = [...data.manifests];
  if (!first || !second) throw new TypeError("The sample has two manifests");
  const dirty = { ...second[1], code: { ...second[1].code, revision: "def", dirty: true } };
  const report = reportDocument({ ...data, manifests: new Map([first, [second[0], dirty]]) });
  const text = texts(report, "Where the numbers come from");
  assertStringIncludes(text, "The runs come from 2 revisions");
  assertStringIncludes(text, "1 of 2 runs come from code that is not");
});

Deno.test("reportDocument() counts the plan's runs, and those beside it apart", () => {
  const [{ blocks: [count] = [] } = {}] = reportDocument(sampleData([
    { method: "rtn" },
    { method: "lsq", isDone: false },
    { method: "lr-qat", isPlanned: false },
  ])).sections;
  assertStringIncludes(
    JSON.stringify(count),
    "2 runs planned: 1 done, 0 lost, 1 missing; 1 more beside the plan.",
  );
});

Deno.test("reportDocument() warns of runs that read several texts of one name", () => {
  const data = sampleData([{ method: "lsq" }, { method: "peqa" }]);
  const other = new Map([...data.manifests].map(([id, manifest], k) => {
    const inputs = [{ name: "wiki.train.raw", revision: null, sha256: `${k}`.repeat(64) }];
    return [id, { ...manifest, inputs }];
  }));
  const texts = (manifests: typeof data.manifests) =>
    JSON.stringify(reportDocument({ ...data, manifests }));
  assertStringIncludes(texts(other), "Not all runs read the same wiki.train.raw");
  assertEquals(texts(data.manifests).includes("Not all runs read"), false);
});

Deno.test("reportDocument() gives the protocol of each method", () => {
  const [table] = tables(
    reportDocument(sampleData([{ method: "lsq", training: { steps: 10, batch: 2 } }])),
    "Protocol",
  );
  assertEquals(
    ["seq", "stride", "steps", "batch", "seeds"].map((title) => column(table, title)[0]),
    ["256", "128", "10", "2", "1"],
  );
});
