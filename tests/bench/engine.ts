import { type Measurement, measureOurs, measurePeer, valueOf } from "./measure.ts";
import { median } from "./statistics.ts";

/** A row of the report: what was measured, ours, the peer's, their ratio and what is asked. */
export interface BenchRow {
  readonly measure: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly asked: string;
}

/** The report with everything that was measured. */
export interface BenchReport {
  readonly rows: readonly BenchRow[];
  /** Every measurement by its name, in the order of the rounds. */
  readonly measurements: Readonly<Record<string, readonly Measurement[]>>;
}

type Task = readonly [name: string, run: () => Promise<Measurement>];

const SIZES = ["256", "1024", "2048"];

const TASKS: readonly Task[] = [
  ...SIZES.flatMap((size): Task[] => [
    [`matmul ${size}`, () => measureOurs("./engine_worker.ts", ["matmul", size])],
    [`torch matmul ${size}`, () => measurePeer("./torch_peer.py", ["matmul", size])],
  ]),
  ["dispatch", () => measureOurs("./engine_worker.ts", ["dispatch"])],
  ["start", measureStart],
  ...["lr-qat", "full"].flatMap((method): Task[] => [
    [
      `${method} compiled`,
      () => measureOurs("./engine_worker.ts", ["step", method, "compiled", "tensorflow"]),
    ],
    [`${method} torch eager`, () => measurePeer("./torch_peer.py", ["step", method, "eager"])],
    [`${method} torch compile`, () => measurePeer("./torch_peer.py", ["step", method, "compile"])],
    [
      `${method} eager`,
      () => measureOurs("./engine_worker.ts", ["step", method, "eager", "tensorflow"]),
    ],
  ]),
];

const ONCE: readonly Task[] = [
  ["full wasm", () => measureOurs("./engine_worker.ts", ["step", "full", "eager", "wasm"])],
];

/** Options of {@linkcode benchEngine}. */
export interface BenchEngineOptions {
  /** How often everything is measured. */
  readonly rounds: number;
  /** Measure only what has this text in its name. */
  readonly only: string;
  /** Called before each measurement. */
  readonly onTask: (name: string) => void;
}

/** Measures the engine beside its peers, task after task, `rounds` times over. */
export async function benchEngine(options: BenchEngineOptions): Promise<BenchReport> {
  const measurements: Record<string, Measurement[]> = {};
  for (let round = 0; round < options.rounds; round++) {
    for (const [name, run] of round === 0 ? [...TASKS, ...ONCE] : TASKS) {
      if (!name.includes(options.only)) continue;
      options.onTask(name);
      (measurements[name] ??= []).push(await run());
    }
  }
  const rows = rowsOf(measurements);
  return { rows: rows.filter(({ ours, peer }) => !isNaN(ours) || !isNaN(peer)), measurements };
}

async function measureStart(): Promise<Measurement> {
  const before = performance.now();
  const measurement = await measureOurs("./engine_worker.ts", ["start"]);
  if ("missing" in measurement) return measurement;
  return { values: { seconds: (performance.now() - before) / 1000 } };
}

function rowsOf(measurements: Readonly<Record<string, readonly Measurement[]>>): BenchRow[] {
  // Machines change their speed between rounds: ratios are taken within a round.
  const value = (name: string, field: string) =>
    (measurements[name] ?? []).map((measurement) => valueOf(measurement, field));
  const row = (
    measure: string,
    ours: readonly [string, string],
    peer: readonly [string, string],
    asked: string,
  ): BenchRow => {
    const [a, b] = [value(...ours), value(...peer)];
    return {
      measure,
      ours: median(a),
      peer: median(b),
      ratio: median(a.map((x, i) => x / (b[i] ?? b[0] ?? NaN))),
      asked,
    };
  };
  const speedUp = (measure: string, ours: string, peer: string, asked: string): BenchRow => {
    const { ratio, ...rest } = row(measure, [ours, "milliseconds"], [peer, "milliseconds"], asked);
    return { ...rest, ratio: 1 / ratio };
  };
  const alone = (measure: string, ours: readonly [string, string], asked: string): BenchRow => ({
    measure,
    ours: median(value(...ours)),
    peer: NaN,
    ratio: NaN,
    asked,
  });
  return [
    ...SIZES.map((size) =>
      row(`matmul ${size}, GFLOPS, against PyTorch`, [`matmul ${size}`, "gflops"], [
        `torch matmul ${size}`,
        "gflops",
      ], size === "1024" ? ">= 0.9" : "")
    ),
    alone("op dispatch, eager, us", ["dispatch", "microseconds"], "<= 10"),
    alone("start to first result, s", ["start", "seconds"], "<= 2"),
    ...["lr-qat", "full"].flatMap((method) => {
      const asked = (text: string) => method === "lr-qat" ? text : "";
      const compiled = `${method} compiled`;
      return [
        speedUp(
          `${method} step, ms, against PyTorch eager`,
          compiled,
          `${method} torch eager`,
          asked(">= 1.9"),
        ),
        speedUp(
          `${method} step, ms, against torch.compile`,
          compiled,
          `${method} torch compile`,
          asked(">= 1.7"),
        ),
        speedUp(
          `${method} step, ms, against our eager`,
          compiled,
          `${method} eager`,
          asked(">= 1.6"),
        ),
        row(`${method} first call, s, against torch.compile`, [compiled, "firstSeconds"], [
          `${method} torch compile`,
          "firstSeconds",
        ], asked("<= 8 s")),
        row(`${method} peak MiB above rest, against PyTorch eager`, [compiled, "peakMiB"], [
          `${method} torch eager`,
          "peakMiB",
        ], asked("<= 1")),
      ];
    }),
    speedUp("full step, ms, against WebAssembly", "full compiled", "full wasm", ">= 15"),
  ];
}
