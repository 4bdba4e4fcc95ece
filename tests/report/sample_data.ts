import type { ReportData, ReportPlace, ReportRun } from "../../lib/report/mod.ts";
import type { Manifest, RunRow } from "../../lib/results/mod.ts";
import { RUN } from "../figures/sample_rows.ts";
import { sampleManifest } from "../results/samples.ts";

/** A run of the sample study. */
export interface SampleRun {
  readonly method: string;
  readonly bits?: number;
  readonly seed?: number;
  readonly loss?: number;
  /** Settings beside bits, such as `phi`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly training?: Manifest["configuration"];
  /** How many blocks it is scored on. */
  readonly blocks?: number;
  readonly changes?: Partial<RunRow>;
  readonly places?: readonly ReportPlace[];
  /** Whether the run stands in the plan, and whether it was done. */
  readonly isPlanned?: boolean;
  readonly isDone?: boolean;
}

/** A study of these runs; always the same. */
export function sampleData(
  runs: readonly SampleRun[],
  changes: Partial<ReportData> = {},
): ReportData {
  const made = runs.map(sampleOf);
  return {
    study: { name: "sample", about: "What is shown", command: "deno task sweep sample" },
    planned: made.flatMap(({ run, planned }) => run.isPlanned === false ? [] : [planned]),
    rows: made.flatMap(({ run, row }) => run.isDone === false ? [] : [row]),
    pending: made.flatMap(({ run, row }) => run.isDone === false ? [row] : []),
    curves: [],
    layers: [],
    manifests: new Map(made.map(({ row, manifest }) => [row.run_id, manifest])),
    ...changes,
  };
}

/** A place in a published table with one perplexity. */
export function samplePlace(
  method: string,
  value: number | null,
  changes: Partial<ReportPlace> = {},
): ReportPlace {
  const bits = method === "full-precision" ? 16 : 4;
  return {
    label: `W${bits}`,
    notes: {},
    comparable: "values",
    cells: [{
      key: { model: "llama", method, bits },
      metric: "perplexity",
      value,
      printed: value === null ? "" : String(value),
      deviation: null,
      unit: "perplexity",
      status: value === null ? "oom" : "reported",
      trust: "primary",
      note: "",
      source: "arXiv 1, Table 4",
    }],
    ...changes,
  };
}

function sampleOf(run: SampleRun): {
  run: SampleRun;
  planned: ReportRun;
  row: RunRow;
  manifest: Manifest;
} {
  const { method, bits = 4, seed = 1, loss = 3, settings = {}, training = { steps: 10 } } = run;
  const quantized = bits < 16 ? { bits, granularity: "channel", ...settings } : settings;
  const configuration = {
    model: "tiny",
    method,
    settings: quantized,
    training,
    evaluation: { corpus: "brown", seq: 256, stride: 128, blocks: run.blocks ?? 200 },
    seed,
  };
  const id = JSON.stringify(configuration);
  const row: RunRow = {
    ...RUN,
    run_id: id,
    method,
    bits,
    seed,
    test_loss: loss,
    perplexity: Math.exp(loss),
    ...run.changes,
  };
  return {
    run,
    planned: { id, configuration, places: run.places ?? [], stepBytes: 3 * 2 ** 20 },
    row,
    manifest: { ...sampleManifest(0), configuration },
  };
}
