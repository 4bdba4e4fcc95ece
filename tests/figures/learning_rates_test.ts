import { assertEquals } from "@std/assert";
import { learningRates } from "../../lib/figures/learning_rates.ts";
import { sampleRuns } from "./sample_rows.ts";

Deno.test("learningRates() has a panel for each search, at one range and of one bit width", () => {
  const tried = triesOf("peqa", [[4, 1e-4, 3.2], [4, 1e-3, 3.1], [3, 1e-3, 2.5], [4, 1e-2, 3.3]]);
  const narrow = tried.slice(0, 3).map((row, k) => ({ ...row, run_id: `narrow ${k}`, bits: 2 }));
  const { data, layout } = learningRates([...tried, ...narrow]);
  assertEquals(data.map((trace) => "y" in trace && trace.y), [[3.2, 3.1], [3.2, 3.1, 3.3]]);
  const titles = layout.annotations?.map(({ text }) => text?.replaceAll(/<[^>]*>/g, ""));
  assertEquals(titles, ["PEQA, 2 bits: best at the edge", "PEQA, 3 bits"]);
});

Deno.test("learningRates() has no panel for a method of which one rate was tried", () => {
  const tried = triesOf("peqa", [[4, 1e-4, 3.2], [4, 1e-3, 3.1]]);
  const { data } = learningRates([...tried, ...triesOf("lsq", [[3, 1e-3, 3.0]])]);
  assertEquals(data.map((trace) => "y" in trace && trace.y), [[3.2, 3.1]]);
});

/** Runs of a method by range exponent, the scales' rate and what they came to. */
function triesOf(method: string, tries: readonly (readonly [number, number, number])[]) {
  const [run] = sampleRuns({ methods: [method], bits: [3], seeds: 1 });
  return tries.map(([range_exponent, lr_scale, validation_loss], k) => ({
    ...run!,
    run_id: `${method}/${k}`,
    range_exponent,
    lr_scale,
    validation_loss,
    lr_weight: null,
    lr_adapter: null,
  }));
}
