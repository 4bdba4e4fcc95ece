import { assertAlmostEquals, assertEquals } from "@std/assert";
import { meanCurve, smoothed, thinned } from "../../lib/figures/curve_points.ts";

const row = (step: number, loss: number) => ({
  run_id: "run",
  step,
  loss,
  gradient_norm: 1,
  factor: 1,
  validation_loss: null,
});

Deno.test("the running mean of a constant is the constant from the first step on", () => {
  for (const { loss } of smoothed([1, 2, 3].map((step) => row(step, 5)), 0.9)) {
    assertAlmostEquals(loss ?? 0, 5, 1e-12);
  }
});

Deno.test("a loss that is no number is a gap and spoils nothing after it", () => {
  const points = smoothed([row(1, 2), row(2, NaN), row(3, 2)], 0.5);
  assertEquals(points.map(({ loss }) => loss), [2, null, 2]);
});

Deno.test("the mean of curves is over those that got so far", () => {
  const curves = [[{ step: 1, loss: 2 }, { step: 2, loss: 4 }], [{ step: 1, loss: 4 }]];
  assertEquals(meanCurve(curves), [{ step: 1, loss: 3 }, { step: 2, loss: 4 }]);
});

Deno.test("a long curve is thinned to 2,000 points and keeps its ends", () => {
  const points = thinned(Array.from({ length: 50_001 }, (_, step) => ({ step, loss: 1 })));
  assertEquals([points.length, points[0]?.step, points.at(-1)?.step], [2000, 0, 50_000]);
});
