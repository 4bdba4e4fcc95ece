import { assertEquals } from "@std/assert";
import { startErrorRows } from "../../lib/figures/start_error_rows.ts";
import type { LayerRow } from "../../lib/results/run_row.ts";
import { RUN, sampleLayers } from "./sample_rows.ts";

const MEASURED = { ...RUN, scale_start: "l4q", seed: 7 };

function measured(run: typeof RUN): LayerRow[] {
  return sampleLayers(run, 1).map((layer) => ({
    ...layer,
    quantization_error_start: 2,
    quantization_error_end: 3,
    clipping_error_start: 0,
    clipping_error_end: 0.5,
  }));
}

Deno.test("startErrorRows() sums the errors over the layers of a run", () => {
  const layers = measured(MEASURED);
  assertEquals(startErrorRows([MEASURED], [...layers, { ...layers[0]!, run_id: "other" }]), [{
    scale_start: "l4q",
    bits: 4,
    seed: 7,
    quantization_before: 2 * layers.length,
    quantization_after: 3 * layers.length,
    clipping_before: 0,
    clipping_after: 0.5 * layers.length,
  }]);
});

Deno.test("startErrorRows() has no sum where a layer has no value, and no row without sums", () => {
  const [first, ...rest] = measured(MEASURED);
  const layers = [{ ...first!, clipping_error_end: null }, ...rest];
  assertEquals(startErrorRows([MEASURED], layers)[0]?.clipping_after, null);
  assertEquals(startErrorRows([MEASURED], sampleLayers(MEASURED, 1)), []);
  assertEquals(startErrorRows([{ ...MEASURED, status: "failed" }], layers), []);
  assertEquals(startErrorRows([{ ...MEASURED, scale_start: null }], layers), []);
});
