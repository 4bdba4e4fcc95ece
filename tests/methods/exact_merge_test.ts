import { assertEquals } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { countMergeMisses } from "./exact_merge.ts";
import { REAL_SHAPES, SMALL_SHAPES } from "./random_layer.ts";

// `deno task bench merge` counts over a thousand layers a method.
const RUNS = [
  { mode: "eager", forms: 6, layersPerForm: 3, shapes: SMALL_SHAPES },
  { mode: "compiled", forms: 1, layersPerForm: 5, shapes: SMALL_SHAPES },
  { mode: "compiled", forms: 1, layersPerForm: 3, shapes: REAL_SHAPES },
] as const;

await start({ backend: "tensorflow" });

for (const method of METHODS.filter(({ merging }) => merging !== "rounded")) {
  Deno.test(`${method.name} gives the same bits in a training step and merged, eager and compiled`, () => {
    for (const run of RUNS) {
      const { layers, ...misses } = countMergeMisses(method, run);
      assertEquals(layers, run.forms * run.layersPerForm);
      assertEquals(misses, { weights: 0, outputs: 0 }, `${run.mode} ${run.shapes.join(" ")}`);
    }
  });
}
