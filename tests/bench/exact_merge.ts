import { start } from "../../lib/engine/mod.ts";
import type { MergeOptions } from "../../lib/methods/merge.ts";
import type { Method } from "../../lib/methods/method.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { countMergeMisses, type MergeMisses } from "../methods/exact_merge.ts";
import { REAL_SHAPES, SMALL_SHAPES } from "../methods/random_layer.ts";

type Mode = Required<MergeOptions>["mode"];

// 1,000 layers in all.
const PARTS = [
  { forms: 18, layersPerForm: 50, shapes: SMALL_SHAPES },
  { forms: 4, layersPerForm: 25, shapes: REAL_SHAPES },
] as const;

/** Options for {@linkcode benchMerge}. */
export interface BenchMergeOptions {
  /** Only methods whose names have this text in them. */
  readonly only: string;
  /** Takes each line of the report. */
  readonly print: (line: string) => void | Promise<void>;
}

/**
 * Merges 1,000 seeded random layers of each method that merges without rounding, run eagerly and
 * compiled, and compares each with its last training forward, bit by bit.
 *
 * @returns Layers that differ somewhere, of all methods.
 */
export async function benchMerge({ only, print }: BenchMergeOptions): Promise<number> {
  await start({ backend: "tensorflow" });
  let misses = 0;
  for (const method of METHODS) {
    if (method.merging === "rounded" || !method.name.includes(only)) continue;
    for (const mode of ["eager", "compiled"] as const) {
      const { layers, weights, outputs } = countAll(method, mode);
      misses += Math.max(weights, outputs);
      await print(
        `${method.name}, ${mode}: ${layers} layers, misses: weights ${weights}, outputs ${outputs}`,
      );
    }
  }
  return misses;
}

function countAll(method: Method, mode: Mode): MergeMisses {
  const sum = { layers: 0, weights: 0, outputs: 0 };
  for (const part of PARTS) {
    const { layers, weights, outputs } = countMergeMisses(method, { ...part, mode });
    sum.layers += layers;
    sum.weights += weights;
    sum.outputs += outputs;
  }
  return sum;
}
