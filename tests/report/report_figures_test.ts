import { assertEquals } from "@std/assert";
import { reportFigures } from "../../lib/report/report_figures.ts";
import { sampleCurve } from "../figures/sample_rows.ts";
import { sampleData } from "./sample_data.ts";

Deno.test("reportFigures() draws curves of different bit widths apart", () => {
  const data = sampleData([{ method: "lsq", bits: 4 }, { method: "lsq", bits: 3 }, {
    method: "lora",
    bits: 16,
  }]);
  const curves = data.rows.flatMap((row) => sampleCurve(row, 5));
  const figures = reportFigures({ ...data, curves })
    .filter(({ id }) => id.startsWith("training-curves"));
  assertEquals(figures.map(({ id, title }) => [id, title]), [
    ["training-curves-w4", "Training loss, 4 bits"],
    ["training-curves-w3", "Training loss, 3 bits"],
  ]);
});

Deno.test("reportFigures() draws ranks where one method has more than one", () => {
  const idsOf = (other: "lr-qat" | "l4q") => {
    const adapted = { settings: { rank: 4 }, changes: { rank: 4, perplexity: 9 } };
    const data = sampleData([
      { method: "lr-qat", ...adapted },
      { method: other, settings: { rank: 8 }, changes: { rank: 8, perplexity: 8 } },
    ]);
    return reportFigures(data).map(({ id }) => id);
  };
  assertEquals(idsOf("lr-qat").includes("bits-by-rank"), true);
  assertEquals(idsOf("l4q").includes("bits-by-rank"), false);
});

Deno.test("reportFigures() draws nothing without rows", () => {
  assertEquals(reportFigures(sampleData([])), []);
});
