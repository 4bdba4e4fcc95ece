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

Deno.test("reportFigures() draws nothing without rows", () => {
  assertEquals(reportFigures(sampleData([])), []);
});
