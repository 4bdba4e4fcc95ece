import { type MemoryOptions, resolveSetup } from "../../lib/memory/step_setup.ts";
import { BLOCK_LINEARS, linearShape } from "../../lib/model/parameter_shapes.ts";
import type { BenchReport, BenchRow } from "./engine.ts";
import { type Measurement, measureOurs, valueOf } from "./measure.ts";

/** Options of {@linkcode benchPlan}. */
export interface BenchPlanOptions {
  /** Only what has this text in its name. */
  readonly only: string;
  /** Called before each measurement. */
  readonly onTask: (name: string) => void;
}

const RANK = 32;

/** LR-QAT as its paper measures it: one sequence of 1,024 tokens, `Phi0` in 8 bits. */
const PAPERS = {
  method: "lr-qat",
  phi: "q4.4",
  rank: RANK,
  compute: "bfloat16",
  weightStorage: "bfloat16",
} as const;

const LARGE = [
  { model: "llama-2-7b", total: "19.5 to 21.5", seconds: "<= 30", peak: "<= 2" },
  { model: "llama-1-33b", total: "", seconds: "<= 180", peak: "<= 6" },
] as const;

const SMALL: MemoryOptions = {
  model: "brown-4m",
  method: "lr-qat",
  rank: RANK,
  seq: 256,
  batch: 4,
};

/** The bytes of one number of the state, and how many there are of each trained number. */
const STATE = 4 * 3;

/**
 * What plans of large steps take, whether a plan is what XLA under TensorFlow reports of the same step,
 * and what donated state saves.
 */
export async function benchPlan({ only, onTask }: BenchPlanOptions): Promise<BenchReport> {
  const measurements: Record<string, readonly Measurement[]> = {};
  const measure = async (name: string, work: () => Promise<Measurement>) => {
    onTask(name);
    const measurement = await work();
    measurements[name] = [measurement];
    return measurement;
  };
  const rows: BenchRow[] = [];
  for (const { model, ...asked } of LARGE.filter(({ model }) => model.includes(only))) {
    const found = await measure(model, () => run("plan", { ...PAPERS, model }));
    rows.push(...largeRows(model, { found, asked }));
  }
  if (!SMALL.model.includes(only)) return { rows, measurements };
  const planned = await measure(SMALL.model, () => run("plan", SMALL));
  const undonated = await measure(`${SMALL.model} undonated`, () => run("undonated", SMALL));
  const reported = await measure(`${SMALL.model} on TensorFlow`, () => reportOf(SMALL));
  const state = await stateBytes(SMALL);
  rows.push(
    ...(["argument", "temporary", "total"] as const).map((part) =>
      pair(`${SMALL.model}: ${part} bytes, against XLA's report under TensorFlow`, {
        ours: valueOf(planned, `${part}Bytes`),
        peer: valueOf(reported, `${part}Bytes`),
        asked: part === "total" ? "0.99 to 1.01" : "",
      })
    ),
    pair(`${SMALL.model}: bytes updated in place, against the state`, {
      ours: valueOf(planned, "sharedBytes"),
      peer: state,
      asked: "1",
    }),
    // A little less: where nothing is donated, outputs serve as scratch memory before they are written.
    pair(`${SMALL.model}: bytes that donation saves in all, against the state`, {
      ours: valueOf(undonated, "totalBytes") - valueOf(planned, "totalBytes"),
      peer: state,
      asked: "1",
    }),
  );
  return { rows, measurements };
}

function largeRows(
  model: string,
  { found, asked }: {
    readonly found: Measurement;
    readonly asked: Readonly<Record<"total" | "seconds" | "peak", string>>;
  },
): BenchRow[] {
  const row = (measure: string, value: string, bar: string) =>
    pair(`${model}: ${measure}`, { ours: valueOf(found, value), peer: NaN, asked: bar });
  return [
    row("planned total, GiB", "totalGiB", asked.total),
    row("seconds", "seconds", asked.seconds),
    row("seconds of all processors", "processorSeconds", ""),
    row("largest resident memory, GiB", "peakGiB", asked.peak),
  ];
}

function pair(
  measure: string,
  { ours, peer, asked }: Pick<BenchRow, "ours" | "peer" | "asked">,
): BenchRow {
  return { measure, ours, peer, ratio: ours / peer, asked };
}

/** What of the state is updated in place: adapters, scales and their two moments. */
async function stateBytes(options: MemoryOptions): Promise<number> {
  const { config, settings: { rank } } = await resolveSetup(options);
  const trained = BLOCK_LINEARS.map((linear) => {
    const [outputs, inputs] = linearShape(config, linear);
    return rank * (outputs + inputs) + outputs;
  });
  return STATE * config.layers * trained.reduce((sum, count) => sum + count, 0);
}

function run(task: string, options: MemoryOptions): Promise<Measurement> {
  return measureOurs("./plan_worker.ts", [task, JSON.stringify(options)]);
}

async function reportOf(options: MemoryOptions): Promise<Measurement> {
  const folder = await Deno.makeTempDir();
  try {
    return await measureOurs("./plan_worker.ts", ["report", JSON.stringify(options), folder], {
      env: { XLA_FLAGS: `--xla_dump_to=${folder} --xla_dump_hlo_as_text` },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
