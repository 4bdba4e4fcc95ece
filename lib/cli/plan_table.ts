import { memory, type PlannedRun, type RunRow, type RunSpec } from "../../mod.ts";
import { runName } from "./sweep_table.ts";

/**
 * The list of a study's runs: ids, parameters, the seconds to expect from past runs of the same model and
 * method, and what their step takes by estimate. What is not known is a question mark.
 */
export async function planTable(
  runs: readonly PlannedRun[],
  past: readonly RunRow[],
): Promise<string> {
  const seconds = runs.map(({ spec }) => expectedSeconds(spec, past));
  const header = ["id", "model", "run", "tokens", "learning rates", "seconds", "memory"];
  const lines = await Promise.all(runs.map(async ({ id, spec }, i) => [
    id.slice(0, 12),
    spec.model,
    runName(spec),
    spec.training ? `${spec.training.batch} x ${spec.training.seq}` : "-",
    ratesText(spec),
    seconds[i]?.toFixed(0) ?? "?",
    await memoryText(spec),
  ]));
  const table = [header, ...lines];
  const widths = header.map((_, i) => Math.max(...table.map((line) => line[i]?.length ?? 0)));
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

async function memoryText({ model, method, settings, training }: RunSpec): Promise<string> {
  if (!training || !memory.MODEL_SHAPES.has(model)) return training ? "?" : "-";
  const { recompute: linear, ...rest } = settings;
  const { batch, seq, accumulation, recompute } = training;
  const setup = await memory.resolveSetup({
    ...rest,
    model,
    method,
    batch,
    seq,
    accumulation,
    recompute: recompute === "block" ? "block" : linear ? "linear" : "none",
  });
  return `${(memory.estimateMemory(setup).totalBytes / 2 ** 20).toFixed(0)} MiB`;
}
