import type { RunSpec } from "./run_spec.ts";
import type { PlannedRun } from "./study.ts";

/** What runs can differ in and still share what is compiled. */
const SHARED = ["alpha", "rangeExponent", "rangeCandidates", "adapterStart", "adapterDeviation"];

/**
 * Orders runs so that those that share a model and what is compiled follow each other; else as they
 * came.
 */
export function orderRuns(runs: readonly PlannedRun[]): PlannedRun[] {
  const groups = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    const key = groupKey(run.spec);
    groups.set(key, [...groups.get(key) ?? [], run]);
  }
  return [...groups.values()].flat();
}

/** Equal for runs that share a model and what is compiled. */
export function groupKey({ model, method, settings, training }: RunSpec): string {
  const { bits, phi, ...rest } = settings;
  const fixed = Object.entries(rest).filter(([name]) => !SHARED.includes(name)).sort();
  // Integer codes are packed by their width.
  const width = phi === "int" || bits === 8 ? bits : 0;
  const { seq, batch, accumulation, recompute, dropout } = training ?? {};
  return JSON.stringify([
    model,
    method,
    fixed,
    phi,
    width,
    seq,
    batch,
    accumulation,
    recompute,
    dropout,
  ]);
}
