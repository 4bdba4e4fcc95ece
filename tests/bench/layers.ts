import type { BenchReport, BenchRow } from "./engine.ts";
import { type LayerMeasure, measureLayers, measureTorchLayers } from "./layers_measure.ts";
import { SUBJECTS } from "./layers_subjects.ts";
import { type Measurement, valueOf } from "./measure.ts";
import { median } from "./statistics.ts";

/** Options of {@linkcode benchLayers}. */
export interface BenchLayersOptions {
  /** How often everything is measured. */
  readonly rounds: number;
  /** Measure only what has this text in its name. */
  readonly only: string;
  /** Inputs and outputs of a layer. */
  readonly width: number;
  /** Tokens of the layer that is timed. */
  readonly tokens: number;
  /** Tokens of the stack whose memory is measured: few, so that weights count. */
  readonly stackTokens: number;
  /** Called before each measurement. */
  readonly onTask: (name: string) => void;
}

type Task = readonly [name: string, run: () => Promise<Measurement>];
type Measurements = Readonly<Record<string, readonly Measurement[]>>;

const STACK = 24;

const TIMED_PEERS = [
  "float plain",
  "lr-qat stored",
  "lr-qat recomputed",
  "lr-qat compiled",
  "l4q recomputed",
  "l4q compiled",
  "lsq stored",
  "lsq recomputed",
  "lsq compiled",
];

// L4Q keeps nothing but inputs and parameters in any case: it has no storing form to compare with.
const IN_BOTH_FORMS = ["lr-qat", "lsq"];
const QUANTIZED = Object.keys(SUBJECTS).filter((subject) => subject !== "float");
const STACKED_PEERS = [
  "float plain",
  "lr-qat stored",
  "lr-qat plain",
  "l4q recomputed",
  "l4q plain",
  "lsq stored",
  "lsq plain",
];

/**
 * Measures one linear layer of each method beside PyTorch, and the memory of a stack of layers, task
 * after task, `rounds` times over.
 */
export async function benchLayers(options: BenchLayersOptions): Promise<BenchReport> {
  const { rounds, only, onTask } = options;
  const measurements: Record<string, Measurement[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of tasksOf(options)) {
      if (!name.includes(only)) continue;
      onTask(name);
      (measurements[name] ??= []).push(await run());
    }
  }
  const rows = [...timeRows(measurements), ...memoryRows(measurements)];
  return { rows: rows.filter(({ ours, peer }) => !isNaN(ours) || !isNaN(peer)), measurements };
}

function tasksOf({ width, tokens, stackTokens }: BenchLayersOptions): Task[] {
  const layer: LayerMeasure = { what: "time", tokens, width, layers: 1 };
  const stack: LayerMeasure = { what: "memory", tokens: stackTokens, width, layers: STACK };
  const names = Object.keys(SUBJECTS);
  return [
    // Each subject right before its peers, so that a machine that changes its speed treats both alike.
    ...names.flatMap((subject): Task[] => [
      [subject, () => measureLayers(subject, layer)],
      ...TIMED_PEERS.filter((peer) => isPeer(subject, peer)).map((peer): Task => [
        `torch ${peer}`,
        () => measureTorchLayers(peer, layer),
      ]),
    ]),
    ...names.map((subject): Task => [
      `stack ${subject}`,
      () => measureLayers(subject, stack),
    ]),
    ...STACKED_PEERS.map((peer): Task => [
      `stack torch ${peer}`,
      () => measureTorchLayers(peer, stack),
    ]),
  ];
}

// torch.compile chooses itself what to keep: it stands beside a method's first form.
function isPeer(subject: string, peer: string): boolean {
  const [method, form = "plain"] = subject.split(" ");
  const first = QUANTIZED.find((name) => name.startsWith(`${method} `));
  return peer === `${method} ${form}` || (peer === `${method} compiled` && subject === first);
}

function timeRows(measurements: Measurements): BenchRow[] {
  const times = (name: string) => values(measurements, name, "milliseconds");
  const speedUp = (measure: string, ours: string, peer: string, asked = ""): BenchRow =>
    row(measure, [times(ours), times(peer)], { asked, ratio: (a, b) => b / a });
  const share = (subject: string, peer: string): BenchRow => ({
    measure: `${subject}: share of the time that a float layer takes`,
    ours: median(quotients(times("float"), times(subject))),
    peer: median(quotients(times("torch float plain"), times(peer))),
    ratio: NaN,
    asked: "",
  });
  return [
    speedUp("float layer, ms, against PyTorch", "float", "torch float plain"),
    ...QUANTIZED.flatMap((subject) => {
      const [method] = subject.split(" ");
      const asked = method === "lsq" ? "" : ">= 1.8";
      return [
        speedUp(`${subject}, ms, against PyTorch by hand`, subject, `torch ${subject}`, asked),
        speedUp(`${subject}, ms, against torch.compile`, subject, `torch ${method} compiled`),
        share(subject, `torch ${subject}`),
        // What a layer would reach whose quantizer costs no time at all.
        speedUp(`${subject}: float layer, ms, against it`, "float", `torch ${subject}`),
      ];
    }),
    ...IN_BOTH_FORMS.map((method) =>
      row(`${method}, ms, recomputed against stored`, [
        times(`${method} recomputed`),
        times(`${method} stored`),
      ], { asked: "<= 1.35", ratio: (a, b) => a / b })
    ),
  ];
}

function memoryRows(measurements: Measurements): BenchRow[] {
  const peaks = (name: string) => values(measurements, `stack ${name}`, "peakMiB");
  const against = (measure: string, ours: string, peer: string): BenchRow =>
    row(measure, [peaks(ours), peaks(peer)], { asked: "", ratio: (a, b) => a / b });
  const saved = (measure: string, more: string, less: string): BenchRow => ({
    measure,
    ours: median(peaks(more).map((a, i) => (a - (peaks(less)[i] ?? NaN)) / STACK)),
    peer: NaN,
    ratio: NaN,
    asked: "",
  });
  return [
    against("stack of 24, MiB above rest: float against PyTorch", "float", "torch float plain"),
    ...QUANTIZED.flatMap((subject) => {
      const [method = ""] = subject.split(" ");
      const byHand = `torch ${method === "l4q" ? subject : `${method} stored`}`;
      const plain = `torch ${method} plain`;
      return [
        against(`stack of 24, MiB: ${subject} against PyTorch by hand`, subject, byHand),
        against(`stack of 24, MiB: ${subject} against PyTorch's autograd`, subject, plain),
        saved(`${subject}: MiB a layer less than PyTorch's autograd`, plain, subject),
      ];
    }),
    ...IN_BOTH_FORMS.flatMap((method) => {
      const [less, more] = [`${method} recomputed`, `${method} stored`];
      return [
        against(`stack of 24, MiB: ${method} recomputed against stored`, less, more),
        saved(`${less}: MiB a layer less than stored`, more, less),
      ];
    }),
  ];
}

interface RowOptions {
  readonly asked: string;
  readonly ratio: (ours: number, peer: number) => number;
}

function row(
  measure: string,
  [ours, peer]: readonly [number[], number[]],
  { asked, ratio }: RowOptions,
): BenchRow {
  // Machines change their speed between rounds: ratios are taken within a round.
  const ratios = ours.map((a, i) => ratio(a, peer[i] ?? NaN));
  return { measure, ours: median(ours), peer: median(peer), ratio: median(ratios), asked };
}

function quotients(parts: readonly number[], wholes: readonly number[]): number[] {
  return parts.map((part, i) => part / (wholes[i] ?? NaN));
}

function values(measurements: Measurements, name: string, field: string): number[] {
  return (measurements[name] ?? []).map((measurement) => valueOf(measurement, field));
}
