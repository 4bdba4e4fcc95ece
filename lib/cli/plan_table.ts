import {
  isOpenRun,
  memory,
  type OpenRunOptions,
  type PastRuns,
  type PlannedRun,
  type RunRow,
  type RunSpec,
  stepOfRun,
} from "../../mod.ts";
import { runName } from "./sweep_table.ts";

const ELSEWHERE = "elsewhere";

/** Says how many bytes a step takes. */
export type MemoryOf = (setup: memory.StepSetup) => number | Promise<number>;

/** Options of {@linkcode planTable}. */
export interface PlanTableOptions extends OpenRunOptions {
  /** Runs of before, whose times are those to expect. */
  readonly past: PastRuns;
  /** Runs that came with the study's combined files count as done. */
  readonly adopt?: boolean;
  /** What plans steps, once for each that takes memory of its own. Default: they are estimated. */
  readonly plan?: MemoryOf | undefined;
}

/**
 * The list of a study's runs: ids, parameters, what came of them before, the seconds to expect of those
 * that a sweep would do, from past runs of the same model and method, and the memory of their step. What
 * is not known is a question mark.
 */
export async function planTable(
  runs: readonly PlannedRun[],
  { past, adopt = false, plan, ...choice }: PlanTableOptions,
): Promise<string> {
  const memoryOf = plan
    ? asked(plan)
    : (setup: memory.StepSetup) => memory.estimateMemory(setup).totalBytes;
  const rows = [...past.here.values(), ...past.elsewhere.values()];
  const results = runs.map(({ id }) => {
    const row = past.here.get(id) ?? (adopt ? past.elsewhere.get(id) : undefined);
    const text = row?.status ?? (past.elsewhere.has(id) ? ELSEWHERE : "-");
    return { text, isOpen: isOpenRun(row, choice) };
  });
  const seconds = runs.map(({ spec }) => expectedSeconds(spec, rows));
  const header = ["id", "model", "run", "tokens", "learning rates", "result", "seconds"];
  const memoryOfRuns: string[] = [];
  // One after the other: a step that is planned for one run is known for the next.
  for (const { spec } of runs) memoryOfRuns.push(await memoryText(spec, memoryOf));
  const lines = runs.map(({ id, spec }, i) => [
    id.slice(0, 12),
    spec.model,
    runName(spec),
    spec.training ? `${spec.training.batch} x ${spec.training.seq}` : "-",
    ratesText(spec),
    results[i]?.text ?? "-",
    results[i]?.isOpen ? seconds[i]?.toFixed(0) ?? "?" : "-",
    memoryOfRuns[i] ?? "?",
  ]);
  const table = [[...header, plan ? "memory (planned)" : "memory (estimated)"], ...lines];
  const widths = [...header, ""].map((_, i) =>
    Math.max(...table.map((line) => line[i]?.length ?? 0))
  );
  const text = table.map((line) =>
    line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd()
  );
  const open = seconds.filter((_, i) => results[i]?.isOpen);
  const isAnyElsewhere = results.some((result) => result.text === ELSEWHERE);
  return [
    ...text,
    totalText(runs.length, open),
    ...(isAnyElsewhere
      ? [`${ELSEWHERE}: came with the study's files; --adopt counts it as done`]
      : []),
  ].join("\n");
}

function totalText(runs: number, seconds: readonly (number | undefined)[]): string {
  const known = seconds.filter((value) => value !== undefined);
  const minutes = known.reduce((sum, value) => sum + value, 0) / 60;
  const rest = seconds.length - known.length;
  const open = rest === 0 ? "" : `, and ${rest} of which nothing is known yet`;
  const settled = runs > seconds.length ? `, ${seconds.length} to run` : "";
  const time = known.length === 0 ? "" : `: ${minutes.toFixed(1)} min${open}`;
  return `${runs} runs${settled}${time}`;
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
