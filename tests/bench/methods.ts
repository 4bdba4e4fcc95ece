import type { BenchReport, BenchRow } from "./engine.ts";
import { type Measurement, measureOurs, measurePeer, valueOf } from "./measure.ts";
import { median } from "./statistics.ts";

/** Options of {@linkcode benchMethods}. */
export interface BenchMethodsOptions {
  /** How often everything is measured. */
  readonly rounds: number;
  /** Measure only what has this text in its name. */
  readonly only: string;
  /** Called before each measurement. */
  readonly onTask: (name: string) => void;
}

/** Timed steps of a measurement. */
const TIMED = "5";

/** Methods of ours; those that PyTorch has, too, come first. */
const METHODS = ["lr-qat", "lsq", "peqa", "l4q", "lora"] as const;

const PEERS = [
  ["lr-qat", "recomputed", "PyTorch eager, recomputed by hand", ">= 1.8"],
  ["lr-qat", "plain", "PyTorch eager, plain autograd", ""],
  ["lr-qat", "compiled", "torch.compile", ">= 1.6"],
  ["lsq", "recomputed", "PyTorch eager, recomputed by hand", ""],
] as const;

/** Steps of the methods on SmolLM2-135M's shape, 1 x 512 tokens, beside PyTorch in the same run. */
export async function benchMethods(
  { rounds, only, onTask }: BenchMethodsOptions,
): Promise<BenchReport> {
  const tasks = new Map<string, () => Promise<Measurement>>([
    ...METHODS.map((method) =>
      [
        method,
        () => measureOurs("./methods_worker.ts", [method, TIMED], { permissions: ["--allow-all"] }),
      ] as const
    ),
    ...PEERS.map(([method, form]) =>
      [
        `torch ${method} ${form}`,
        () => measurePeer("./torch_methods_peer.py", [method, form, TIMED]),
      ] as const
    ),
  ]);
  const measurements: Record<string, Measurement[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of tasks) {
      if (!name.includes(only)) continue;
      onTask(name);
      (measurements[name] ??= []).push(await run());
    }
  }
  const typical = (name: string, value: string) =>
    median((measurements[name] ?? []).map((measurement) => valueOf(measurement, value)));
  return { rows: [...speedRows(typical), ...shareRows(typical)], measurements };
}

type Typical = (name: string, value: string) => number;

function speedRows(typical: Typical): BenchRow[] {
  return PEERS.flatMap(([method, form, peer, asked]) => {
    const [ours, theirs] = [method, `torch ${method} ${form}`];
    return [
      row(`${method}: steps a second, against ${peer}`, {
        ours: 1 / typical(ours, "seconds"),
        peer: 1 / typical(theirs, "seconds"),
        asked,
      }),
      row(`${method}: peak MiB above rest, against ${peer}`, {
        ours: typical(ours, "peakMiB"),
        peer: typical(theirs, "peakMiB"),
        asked: form === "recomputed" && method === "lr-qat" ? "<= 1" : "",
      }),
    ];
  });
}

function shareRows(typical: Typical): BenchRow[] {
  return METHODS.filter((method) => method !== "lsq").map((method) =>
    row(`${method}: seconds a step, against LSQ's`, {
      ours: typical(method, "seconds"),
      peer: typical("lsq", "seconds"),
      asked: "",
    })
  );
}

function row(
  measure: string,
  { ours, peer, asked }: Pick<BenchRow, "ours" | "peer" | "asked">,
): BenchRow {
  return { measure, ours, peer, ratio: ours / peer, asked };
}
