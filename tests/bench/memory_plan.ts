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

/** `pjrt` has the planning compiler, `tensorflow` is what trains. */
const BACKENDS = ["pjrt", "tensorflow"] as const;

// What is freed goes back to the system at once, so that the peak is the step's own.
const ENV = { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "65536" };

/** The share by which an estimate may be off its plan, and a plan off what is measured. */
const ASKED = { estimate: "0.97 to 1.03", plan: "0.9 to 1.1" } as const;

/**
 * Estimates against plans, and plans against the memory that the same steps take when they run, each in
 * a process of its own. The system's peak is reset before the measured steps, which takes all permissions.
 */
export async function benchMemory({ only, onTask }: BenchMemoryOptions): Promise<BenchReport> {
  const measurements: Record<string, readonly Measurement[]> = {};
  const measure = async (task: string, { name, options }: BenchStep) => {
    onTask(`${name}: ${task}`);
    const measurement = await measureOurs("./memory_plan_worker.ts", [
      task,
      JSON.stringify(options),
    ], { permissions: ["--allow-all"], env: ENV });
    measurements[`${name}: ${task}`] = [measurement];
    return measurement;
  };
  const isWanted = ({ name }: BenchStep) => name.includes(only);
  const rows: BenchRow[] = [];
  for (const step of PLANNED.filter(isWanted)) {
    rows.push(estimateRow(step, await measure("plan", step)));
  }
  for (const step of RUN.filter(isWanted)) {
    const plan = measurements[`${step.name}: plan`]?.[0];
    for (const backend of BACKENDS) {
      rows.push(...measuredRows(step, { backend, plan, measured: await measure(backend, step) }));
    }
  }
  return { rows: rows.filter(({ ratio }) => !Number.isNaN(ratio)), measurements };
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
  { backend, plan, measured }: {
    readonly backend: string;
    readonly plan: Measurement | undefined;
    readonly measured: Measurement;
  },
): BenchRow[] {
  const pair = (planned: string, found: string): readonly [number, number] => [
    valueOf(plan, planned),
    valueOf(measured, found),
  ];
  return [
    row(`${name}: plan, against ${backend}, MiB`, pair("planMiB", "peakMiB"), ASKED.plan),
    row(`${name}: what it is given, against ${backend}, MiB`, pair("givenMiB", "givenMiB"), ""),
    row(`${name}: temporaries, against ${backend}, MiB`, pair("temporaryMiB", "stepMiB"), ""),
  ];
}

function row(
  measure: string,
  [ours, peer]: readonly [number, number],
  asked: string,
): BenchRow {
  return { measure, ours, peer, ratio: ours / peer, asked };
}
