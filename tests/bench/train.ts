import type { BenchReport, BenchRow } from "./engine.ts";
import { type Measurement, measureOurs, measurePeer, valueOf } from "./measure.ts";
import { median } from "./statistics.ts";
import { SETTLED } from "./train_model.ts";

/** Options of {@linkcode benchTrain}. */
export interface BenchTrainOptions {
  /** How often everything is measured. */
  readonly rounds: number;
  /** Measure only what has this text in its name. */
  readonly only: string;
  /** The steps of a run whose memory is watched. */
  readonly steps: number;
  /** Called before each measurement. */
  readonly onTask: (name: string) => void;
}

type Task = readonly [name: string, run: () => Promise<Measurement>];
type Measurements = Readonly<Record<string, readonly Measurement[]>>;

/** Timed steps of a measurement; two before them are not timed. */
const TIMED = "7";

const TASKS: readonly Task[] = [
  ["float32", () => measureOurs("./train_worker.ts", ["speed", "float32", TIMED])],
  ["torch eager", () => measurePeer("./torch_train_peer.py", ["eager", TIMED])],
  ["torch fused", () => measurePeer("./torch_train_peer.py", ["eager-fused", TIMED])],
  ["torch compile", () => measurePeer("./torch_train_peer.py", ["compile", TIMED])],
  ["bfloat16", () => measureOurs("./train_worker.ts", ["speed", "bfloat16", TIMED])],
];

const PEERS = [
  ["torch eager", "PyTorch eager", ">= 1.9"],
  ["torch fused", "PyTorch eager, fused AdamW", ""],
  ["torch compile", "torch.compile, fused AdamW", ""],
] as const;

// Deno compiles what runs often, for some hundred steps more, and that takes 1 MiB. What leaks with
// every step would go on in the second half.
const NO_GROWTH = [["settledMiB", "<= 2"], ["middleMiB", "<= 0.5"]] as const;

/** Measures the trainer beside PyTorch, task after task, `rounds` times over; its memory once. */
export async function benchTrain(options: BenchTrainOptions): Promise<BenchReport> {
  const { rounds, only, steps, onTask } = options;
  if (steps <= SETTLED) {
    throw new RangeError(
      `Memory is watched from step ${SETTLED} on: '--steps' must be larger: current value is ${steps}`,
    );
  }
  const memory: Task[] = [
    ["memory", () => measureOurs("./train_worker.ts", ["memory", String(steps), "0"])],
    [
      "memory with checkpoints",
      () => measureOurs("./train_worker.ts", ["memory", String(steps), "100"]),
    ],
  ];
  const measurements: Record<string, Measurement[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of round === 0 ? [...TASKS, ...memory] : TASKS) {
      if (!name.includes(only)) continue;
      onTask(name);
      (measurements[name] ??= []).push(await run());
    }
  }
  const rows = [...speedRows(measurements), ...memoryRows(measurements, steps)];
  return { rows: rows.filter(({ ours, peer }) => !isNaN(ours) || !isNaN(peer)), measurements };
}

function speedRows(measurements: Measurements): BenchRow[] {
  const row = (
    field: string,
    [measure, ours, peer, asked]: readonly [string, string, string, string],
  ): BenchRow => {
    const [a, b] = [values(measurements, ours, field), values(measurements, peer, field)];
    // Machines change their speed between rounds: ratios are taken within a round.
    const ratio = median(a.map((x, i) => x / (b[i] ?? NaN)));
    return { measure, ours: median(a), peer: median(b), ratio, asked };
  };
  return [
    ...PEERS.map(([peer, label, asked]) =>
      row("tokensPerSecond", [`tokens/s, against ${label}`, "float32", peer, asked])
    ),
    row("tokensPerSecond", ["tokens/s, bfloat16 against float32", "bfloat16", "float32", ""]),
    row("firstSeconds", ["first step, s, against torch.compile", "float32", "torch compile", ""]),
    ...PEERS.map(([peer, label]) =>
      row("peakMiB", [`peak MiB above rest, against ${label}`, "float32", peer, ""])
    ),
    row("peakMiB", ["peak MiB above rest, bfloat16 against float32", "bfloat16", "float32", ""]),
  ];
}

function memoryRows(measurements: Measurements, steps: number): BenchRow[] {
  const middle = Math.round((SETTLED + steps) / 2);
  return ["memory", "memory with checkpoints"].flatMap((name) =>
    NO_GROWTH.map(([from, asked]) => {
      const before = values(measurements, name, from);
      const growth = values(measurements, name, "endMiB").map((end, i) => end - before[i]!);
      const first = from === "settledMiB" ? SETTLED : middle;
      const measure = `${name}: growth from step ${first} to ${steps}, MiB`;
      return { measure, ours: median(growth), peer: NaN, ratio: NaN, asked };
    })
  );
}

function values(measurements: Measurements, name: string, field: string): number[] {
  return (measurements[name] ?? []).map((measurement) => valueOf(measurement, field));
}
