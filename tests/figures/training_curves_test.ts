import { assert, assertEquals, assertThrows } from "@std/assert";
import { trainingCurves } from "../../lib/figures/training_curves.ts";
import { RUN, sampleCurve } from "./sample_rows.ts";

Deno.test("a method without a curve is said, not drawn as zero", () => {
  const rows = [RUN, { ...RUN, run_id: "other", method: "l4q" }];
  const { data, layout } = trainingCurves(rows, sampleCurve(RUN));
  assertEquals(data.map(({ name }) => name).filter(Boolean), ["LR-QAT"]);
  assert(JSON.stringify(layout.title).includes("no curve for 1 of the series"));
});

Deno.test("a smoothing that never forgets is refused", () => {
  assertThrows(() => trainingCurves([RUN], [], { smoothing: 1 }), RangeError, "'smoothing'");
});
