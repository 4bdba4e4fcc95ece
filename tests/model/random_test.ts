import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { engine } from "../../mod.ts";
import { normalTensor, stepKey, uniformTensor } from "../../lib/model/random.ts";

await engine.start({ backend: "wasm" });

const source = { seed: 42, name: "model.layers.0.mlp.up_proj.A" };

Deno.test("uniformTensor() gives numbers of its range by seed and name only", () => {
  const draw = (
    from: typeof source,
  ) => [...uniformTensor<tf2>([50, 60], { ...from, low: -2, high: 3 }).dataSync()];
  const values = draw(source);
  assert(values.every((value) => value >= -2 && value < 3));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Four standard deviations of the mean of 3,000 numbers.
  assertAlmostEquals(mean, 0.5, 4 * 5 / Math.sqrt(12 * 3000));
  assertEquals(draw(source), values);
  assertNotEquals(draw({ ...source, seed: 43 }), values);
  assertNotEquals(draw({ ...source, name: "other" }), values);
});

type tf2 = import("../../mod.ts").tf.Rank.R2;

Deno.test("uniformTensor() begins alike whatever its shape, so a longer tensor holds the shorter", () => {
  const draw = (
    size: number,
  ) => [...uniformTensor([size], { ...source, low: 0, high: 1 }).dataSync()];
  assertEquals(draw(1001).slice(0, 7), draw(7));
});

Deno.test("normalTensor() has the asked mean and deviation, and tails", () => {
  const values = [...normalTensor([40_000], { ...source, mean: 1, deviation: 0.5 }).dataSync()];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assertAlmostEquals(mean, 1, 0.01);
  assertAlmostEquals(Math.sqrt(variance), 0.5, 0.01);
  const beyond = values.filter((value) => Math.abs(value - 1) > 1).length / values.length;
  // 4.55 % of a normal distribution lie beyond two deviations.
  assertAlmostEquals(beyond, 0.0455, 0.0045);
});

Deno.test("stepKey() is a 31-bit number that hangs on the step", () => {
  const keys = Array.from({ length: 100 }, (_, step) => stepKey(source, step));
  assertEquals(new Set(keys).size, 100);
  assert(keys.every((key) => Number.isInteger(key) && key >= 0 && key < 2 ** 31));
});
