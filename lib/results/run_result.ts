import { FileFormatError } from "../io/errors.ts";
import type { Manifest } from "./manifest.ts";
import type { CurveRow, LayerRow, RunRow } from "./run_row.ts";

/** All that is kept of one run. */
export interface RunResult {
  readonly run: RunRow;
  /** Its steps, rising. */
  readonly curve: readonly CurveRow[];
  readonly layers: readonly LayerRow[];
  readonly manifest: Manifest;
}

/**
 * Says what in the parts of a run does not fit together, or nothing.
 *
 * Rows and manifest must be of the run, steps must rise, and no layer may stand there twice.
 */
export function misfit({ run, curve, layers, manifest }: RunResult): string | undefined {
  const { run_id } = run;
  if (manifest.run.id !== run_id) return `the manifest is of run '${manifest.run.id}'`;
  const stranger = [...curve, ...layers].find((row) => row.run_id !== run_id);
  if (stranger !== undefined) return `a row is of run '${stranger.run_id}'`;
  const back = curve.findIndex((row, index) => index > 0 && row.step <= curve[index - 1]!.step);
  if (back > 0) return `step ${curve[back]?.step} follows step ${curve[back - 1]?.step}`;
  const names = new Set<string>();
  for (const { layer } of layers) {
    if (names.has(layer)) return `layer '${layer}' stands there twice`;
    names.add(layer);
  }
  return undefined;
}

/** Makes the error for a file of a run that {@linkcode misfit} finds wrong. */
export function misfitError(path: string, found: string): FileFormatError {
  const expected = "one run: its row, its steps in order, its layers and its manifest";
  return new FileFormatError(path, { where: "the rows", expected, found });
}
