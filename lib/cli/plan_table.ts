import { memory, type PlannedRun, type RunRow, type RunSpec, stepOfRun } from "../../mod.ts";
import { runName } from "./sweep_table.ts";

/** Says how many bytes a step takes. */
export type MemoryOf = (setup: memory.StepSetup) => number | Promise<number>;

/** Options of {@linkcode planTable}. */
export interface PlanTableOptions {
  /** Runs of before, whose times are those to expect. */
  readonly past: readonly RunRow[];
  /** What plans steps, once for each that takes memory of its own. Default: they are estimated. */
  readonly plan?: MemoryOf;
}

/**
 * The list of a study's runs: ids, parameters, the seconds to expect from past runs of the same model and
 * method, and the memory of their step. What is not known is a question mark.
 */
export async function planTable(
  runs: readonly PlannedRun[],
  { past, plan }: PlanTableOptions,
): Promise<string> {
  const memoryOf = plan
    ? asked(plan)
    : (setup: memory.StepSetup) => memory.estimateMemory(setup).totalBytes;
  const seconds = runs.map(({ spec }) => expectedSeconds(spec, past));
  const header = ["id", "model", "run", "tokens", "learning rates", "seconds"];
  const memoryOfRuns: string[] = [];
  // One after the other: a step that is planned for one run is known for the next.
  for (const { spec } of runs) memoryOfRuns.push(await memoryText(spec, memoryOf));
  const lines = runs.map(({ id, spec }, i) => [
    id.slice(0, 12),
    spec.model,
    runName(spec),
    spec.training ? `${spec.training.batch} x ${spec.training.seq}` : "-",
    ratesText(spec),
    seconds[i]?.toFixed(0) ?? "?",
    memoryOfRuns[i] ?? "?",
  ]);
  const table = [[...header, plan ? "memory (planned)" : "memory (estimated)"], ...lines];
  const widths = [...header, ""].map((_, i) =>
    Math.max(...table.map((line) => line[i]?.length ?? 0))
  );
  const text = table.map((line) =>
    line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd()
  );
  return [...text, totalText(seconds)].join("\n");
}

function totalText(seconds: readonly (number | undefined)[]): string {
  const known = seconds.filter((value) => value !== undefined);
  const minutes = known.reduce((sum, value) => sum + value, 0) / 60;
  const rest = seconds.length - known.length;
  const open = rest === 0 ? "" : `, and ${rest} of which nothing is known yet`;
  return `${seconds.length} runs${known.length === 0 ? "" : `: ${minutes.toFixed(1)} min${open}`}`;
}

function expectedSeconds(spec: RunSpec, past: readonly RunRow[]): number | undefined {
  const steps = spec.training?.steps ?? 0;
  const times = past.filter((row) =>
    row.status === "done" && row.model === spec.model && row.method === spec.method &&
    (row.steps > 0) === (steps > 0)
  ).map((row) => {
    const training = row.steps > 0 ? (row.train_seconds ?? 0) / row.steps * steps : 0;
    return training + (row.compile_seconds ?? 0) + (row.prepare_seconds ?? 0) +
      (row.evaluate_seconds ?? 0);
  });
  return times.length === 0 ? undefined : times.toSorted((a, b) => a - b)[times.length >> 1];
}

function ratesText({ training }: RunSpec): string {
  if (!training) return "-";
  return Object.entries(training.optimizer.groups)
    .map(([role, { learningRate }]) => `${role} ${learningRate}`).join(", ");
}

async function memoryText(spec: RunSpec, memoryOf: MemoryOf): Promise<string> {
  if (!spec.training) return "-";
  const setup = stepOfRun(spec);
  return setup ? `${((await memoryOf(setup)) / 2 ** 20).toFixed(0)} MiB` : "?";
}

// Steps that differ in their rates and seeds alone are one.
function asked(memoryOf: MemoryOf): MemoryOf {
  const known = new Map<string, number>();
  return async (setup) => {
    const { settings: { seed: _, ...settings }, method: { name }, ...step } = setup;
    const key = JSON.stringify([name, settings, step]);
    const bytes = known.get(key) ?? await memoryOf(setup);
    known.set(key, bytes);
    return bytes;
  };
}
