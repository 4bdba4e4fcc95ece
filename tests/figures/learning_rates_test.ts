import { assertEquals } from "@std/assert";
import { learningRates } from "../../lib/figures/learning_rates.ts";
import { sampleRuns } from "./sample_rows.ts";

Deno.test("learningRates() holds rates against each other at one exponent of the range search", () => {
  const [run] = sampleRuns({ methods: ["peqa"], bits: [3], seeds: 1 });
  const tried = [[4, 1e-4, 3.2], [4, 1e-3, 3.1], [3, 1e-3, 2.5], [4, 1e-2, 3.3]].map((
    [range_exponent = 4, lr_scale = 0, validation_loss = 0],
    k,
  ) => ({ ...run!, run_id: `${k}`, range_exponent, lr_scale, validation_loss, lr_adapter: null }));
  const { data } = learningRates(tried);
  assertEquals(data.map((trace) => "y" in trace && trace.y), [[3.2, 3.1, 3.3]]);
});
