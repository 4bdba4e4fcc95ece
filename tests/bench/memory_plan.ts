import { memory } from "../../mod.ts";
import type { BenchReport, BenchRow } from "./engine.ts";
import { type Measurement, measureOurs, valueOf } from "./measure.ts";
import { type BenchStep, PLANNED, RUN } from "./memory_plan_steps.ts";

/** Options of {@linkcode benchMemory}. */
export interface BenchMemoryOptions {
  /** Only steps with this text in their names. */
  readonly only: string;
  /** Called before each measurement. */
  readonly onTask: (name: string) => void;
}

const MIB = 2 ** 20;

/** The share by which an estimate may be off its plan, and a plan off what is measured. */
const ASKED = { estimate: "0.97 to 1.03", plan: "0.9 to 1.1" } as const;

/**
 * Estimates against plans, and plans against the memory that the same steps take when they run, each in
 * a process of its own.
 */
export async function benchMemory({ only, onTask }: BenchMemoryOptions): Promise<BenchReport> {
  const measurements: Record<string, readonly Measurement[]> = {};
  const isWanted = ({ name }: BenchStep) => name.includes(only);
  const rows: BenchRow[] = [];
  for (const step of PLANNED.filter(isWanted)) {
    onTask(`${step.name}: plan`);
    const args = [JSON.stringify(step.options)];
    const planned = await measureOurs("./memory_plan_worker.ts", args);
    measurements[`${step.name}: plan`] = [planned];
    rows.push(estimateRow(step, planned));
    if (!RUN.has(step)) continue;
    onTask(`${step.name}: run`);
    const measured = await measureStep(step);
    measurements[`${step.name}: run`] = [measured];
    rows.push(...measuredRows(step, planned, measured));
  }
  return { rows: rows.filter(({ ratio }) => !Number.isNaN(ratio)), measurements };
}

async function measureStep({ options }: BenchStep): Promise<Measurement> {
  try {
    const { totalBytes, givenBytes, stepBytes, restBytes } = await memory.measureStep(options);
    const bytes = { peakMiB: totalBytes, givenMiB: givenBytes, stepMiB: stepBytes };
    const all = Object.entries({ ...bytes, restMiB: restBytes });
    return { values: Object.fromEntries(all.map(([name, value]) => [name, value / MIB])) };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function estimateRow({ name }: BenchStep, measurement: Measurement): BenchRow {
  return row(
    `${name}: estimate, against the plan, MiB`,
    [valueOf(measurement, "estimateMiB"), valueOf(measurement, "planMiB")],
    ASKED.estimate,
  );
}

function measuredRows(
  { name }: BenchStep,
  plan: Measurement,
  measured: Measurement,
): BenchRow[] {
  const pair = (planned: string, found: string): readonly [number, number] => [
    valueOf(plan, planned),
    valueOf(measured, found),
  ];
  return [
    row(`${name}: plan, against what it took, MiB`, pair("planMiB", "peakMiB"), ASKED.plan),
    row(`${name}: what it is given, planned and taken, MiB`, pair("givenMiB", "givenMiB"), ""),
    row(`${name}: temporaries, planned and taken, MiB`, pair("temporaryMiB", "stepMiB"), ""),
  ];
}

function row(
  measure: string,
  [ours, peer]: readonly [number, number],
  asked: string,
): BenchRow {
  return { measure, ours, peer, ratio: ours / peer, asked };
}
