import { assertAlmostEquals, assertEquals } from "@std/assert";
import { engine } from "../../mod.ts";
import { initialParameters } from "../../lib/model/initialize.ts";
import { parameterShapes } from "../../lib/model/parameter_shapes.ts";
import { TINY } from "../train/tiny_trainee.ts";

await engine.start({ backend: "wasm" });

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

Deno.test("initialParameters() makes every parameter in its shape, norms 1", () => {
  const parameters = initialParameters(TINY, { seed: 1 });
  const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
  assertEquals(shapes, new Map(parameterShapes(TINY)) as typeof shapes);
  assertEquals(new Set(parameters.get("model.norm.weight")?.dataSync()), new Set([1]));
});

Deno.test("initialParameters() draws narrower what writes into the residual stream", () => {
  const parameters = initialParameters({ ...TINY, hiddenSize: 64 }, { seed: 1, deviation: 0.1 });
  const of = (name: string) =>
    deviation(parameters.get(`model.layers.0.mlp.${name}.weight`)?.dataSync() as Float32Array);
  assertAlmostEquals(of("up_proj"), 0.1, 0.008);
  // Two branches a layer, two layers.
  assertAlmostEquals(of("down_proj"), 0.1 / 2, 0.004);
});
