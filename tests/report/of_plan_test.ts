import { assertEquals } from "@std/assert";
import { ofPlan } from "../../lib/report/of_plan.ts";
import { briefTable, reportDocument } from "../../lib/report/mod.ts";
import { sampleData } from "./sample_data.ts";

const TRY = { method: "lr-qat", settings: { rank: 8 }, isPlanned: false } as const;

Deno.test("ofPlan() leaves out settings that the plan does not have, and keeps other seeds", () => {
  const data = sampleData([
    { method: "rtn" },
    { method: "lr-qat" },
    { method: "lr-qat", seed: 7, isPlanned: false },
    TRY,
    { method: "lsq", isDone: false },
  ]);
  const { rows, planned } = ofPlan(data);
  assertEquals(rows.map(({ method, seed }) => [method, seed]), [
    ["rtn", 1],
    ["lr-qat", 1],
    ["lr-qat", 7],
  ]);
  assertEquals(planned, data.planned);
});

Deno.test("ofPlan() keeps all runs where the plan has none of them", () => {
  const data = sampleData([TRY, { method: "lsq", isDone: false }]);
  assertEquals(ofPlan(data), data);
});

Deno.test("ofPlan() keeps the tries of a search that bracket the best", () => {
  const changes = { test_loss: null, validation_loss: 3 };
  const data = sampleData([{ method: "rtn", changes }, { ...TRY, changes }]);
  assertEquals(ofPlan(data), data);
});

Deno.test("tries beside the plan stand in the report's tables, and not on the first page", () => {
  const data = sampleData([{ method: "rtn" }, TRY]);
  assertEquals(briefTable(data).rows.map(([method]) => method), ["RTN"]);
  const { sections } = reportDocument(data);
  const [, results] = sections[0]?.blocks ?? [];
  assertEquals(results?.kind === "table" && results.rows.map(([method]) => method), [
    "RTN",
    "LR-QAT",
  ]);
  const lost = sections.find(({ title }) => title === "Lost and missing runs")?.blocks ?? [];
  assertEquals(lost.at(-1), {
    kind: "text",
    text:
      "1 of the runs are not in the study's list (other seeds or settings); they stand in the " +
      "tables all the same. Figures leave out the 1 with other settings.",
  });
});
