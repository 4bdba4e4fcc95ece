import type { LayerRow, RunRow } from "../results/run_row.ts";
import type { StartErrorRow } from "./start_errors.ts";

const ERRORS = {
  quantization_before: "quantization_error_start",
  quantization_after: "quantization_error_end",
  clipping_before: "clipping_error_start",
  clipping_after: "clipping_error_end",
} as const satisfies Record<string, keyof LayerRow>;

/**
 * The errors of runs whose scales start in one of L4Q's ways, summed over their layers; runs that are
 * not done, and runs without such errors, are left out.
 */
export function startErrorRows(
  runs: readonly RunRow[],
  layers: readonly LayerRow[],
): StartErrorRow[] {
  const byRun = Map.groupBy(layers, (layer) => layer.run_id);
  return runs.flatMap(({ run_id, status, scale_start, bits, seed }) => {
    const own = byRun.get(run_id) ?? [];
    if (status !== "done" || scale_start === null) return [];
    const sums = {
      quantization_before: sumOf(own, ERRORS.quantization_before),
      quantization_after: sumOf(own, ERRORS.quantization_after),
      clipping_before: sumOf(own, ERRORS.clipping_before),
      clipping_after: sumOf(own, ERRORS.clipping_after),
    };
    if (Object.values(sums).every((sum) => sum === null)) return [];
    return [{ scale_start, bits, seed, ...sums }];
  });
}

// A layer without a value would make the sum one of fewer layers.
function sumOf(layers: readonly LayerRow[], column: typeof ERRORS[keyof typeof ERRORS]) {
  const values = layers.flatMap((layer) => layer[column] ?? []);
  if (values.length === 0 || values.length < layers.length) return null;
  return values.reduce((sum, value) => sum + value, 0);
}
