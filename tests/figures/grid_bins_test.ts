import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { gridBins } from "../../lib/figures/grid_bins.ts";

const grid = { min: -2, max: 1 };

Deno.test("gridBins() counts weights over the scale of their row", () => {
  const weights = Float32Array.of(-1, 0.5, -4, 2);
  const { codeShares } = gridBins({ weights, scales: Float32Array.of(0.5, 2), ...grid });
  assertEquals(codeShares, [50, 0, 0, 50]);
});

Deno.test("gridBins() counts what lies beyond the grid as clipped, and all bins make 100 %", () => {
  const weights = Float32Array.of(-9, -1, 0, 1, 1.4, 1.6, 0.2, 90);
  const { clipped, shares } = gridBins({ weights, scales: Float32Array.of(1), ...grid });
  assertEquals(clipped, 3 / 8);
  assertAlmostEquals(shares.reduce((sum, share) => sum + share, 0), 100, 1e-9);
});

Deno.test("gridBins() takes codes that are given for those of rounding", () => {
  const weights = Float32Array.of(0, 0);
  const scales = Float32Array.of(1);
  const { codeShares } = gridBins({ weights, scales, codes: Int8Array.of(1, 0), ...grid });
  assertEquals(codeShares, [0, 0, 50, 50]);
});

Deno.test("gridBins() refuses weights, scales and grids that do not fit", () => {
  const weights = new Float32Array(6);
  for (const scales of [new Float32Array(0), new Float32Array(4).fill(1), Float32Array.of(1, 0)]) {
    assertThrows(() => gridBins({ weights, scales, ...grid }), RangeError);
  }
  const scales = Float32Array.of(1);
  assertThrows(() => gridBins({ weights, scales, min: 3, max: 1 }), RangeError);
  assertThrows(() => gridBins({ weights, scales, codes: [1], ...grid }), RangeError);
});
