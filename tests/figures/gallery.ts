import { bitsByRank } from "../../lib/figures/bits_by_rank.ts";
import type { Figure } from "../../lib/figures/figure.ts";
import { layerErrors } from "../../lib/figures/layer_errors.ts";
import { learningRates } from "../../lib/figures/learning_rates.ts";
import { memoryBars, type MemoryRow } from "../../lib/figures/memory_bars.ts";
import { memoryCurves } from "../../lib/figures/memory_curves.ts";
import { memoryProfileBars } from "../../lib/figures/memory_profile_bars.ts";
import { memoryFront } from "../../lib/figures/memory_front.ts";
import { perplexityByBits } from "../../lib/figures/perplexity_by_bits.ts";
import { phiAblation } from "../../lib/figures/phi_ablation.ts";
import { rangeExponents } from "../../lib/figures/range_exponents.ts";
import { recoveredShare } from "../../lib/figures/recovered_share.ts";
import { startErrors } from "../../lib/figures/start_errors.ts";
import { stepTimes } from "../../lib/figures/step_times.ts";
import { timeAndMemory } from "../../lib/figures/time_and_memory.ts";
import { trainingCurves } from "../../lib/figures/training_curves.ts";
import { weightHistogram } from "../../lib/figures/weight_histogram.ts";
import type { MemoryProfileRow } from "../../lib/results/memory_row.ts";
import type { RunRow } from "../../lib/results/run_row.ts";
import { sampleCurve, sampleLayers, sampleRuns, sampleWeights } from "./sample_rows.ts";

const SEVEN = ["float", "lora", "rtn", "lsq", "peqa", "lr-qat", "l4q"];
const EIGHT = ["rtn", "lsq", "peqa", "lr-qat", "l4q", "qat-lora", "qlora", "qlora-star"];
const LONG = "a-method-with-a-very-long-name-that-nobody-abbreviated";

/** Every figure of the gallery by its name, made anew at each call. */
export const GALLERY: Readonly<Record<string, () => Figure>> = {
  "perplexity_by_bits": () => perplexityByBits(sampleRuns({ methods: SEVEN })),
  "perplexity_by_bits_eight_with_gaps": () => perplexityByBits(...runsWithGaps()),
  "perplexity_by_bits_one_method_one_seed": () =>
    perplexityByBits(sampleRuns({ methods: ["lr-qat"], bits: [4], seeds: 1 })),
  "perplexity_by_bits_ranks_long_names": () =>
    perplexityByBits(sampleRuns({ methods: [LONG, "lr-qat"], ranks: [1, 32] })),
  "perplexity_by_bits_off_scale": () => {
    const runs = sampleRuns({ methods: ["float", "rtn", "peqa", "lr-qat"], bits: [4, 3, 2] });
    return perplexityByBits(runs.map(worseThanChance));
  },
  "perplexity_by_bits_nothing": () => perplexityByBits([]),
  "bits_by_rank": () => bitsByRank(rankRuns()),
  "bits_by_rank_recovered": () => {
    const rows = sampleRuns({ methods: ["lora", "rtn", "l4q"], ranks: [4, 32] });
    const shown = rows.filter((row) => row.method === "l4q");
    return bitsByRank(shown, { measure: recoveredShare(rows) });
  },
  "learning_rates": () => learningRates(rateRuns()),
  "range_exponents": () => rangeExponents(exponentRuns()),
  "memory_front": () => memoryFront(sampleRuns({ methods: SEVEN })),
  "memory_front_off_scale": () => {
    const runs = sampleRuns({ methods: ["float", "rtn", "lr-qat"], bits: [4, 3, 2] });
    return memoryFront(runs.map(worseThanChance));
  },
  "training_curves": () => {
    const runs = sampleRuns({ methods: ["lsq", "lr-qat", "l4q"], bits: [3] })
      .map((run) => run.run_id === "l4q/3/32/1" ? lost(run) : run);
    return trainingCurves(runs, runs.flatMap(curveOf));
  },
  "training_curves_eight_one_seed": () => {
    const runs = sampleRuns({ methods: EIGHT, bits: [3], seeds: 1 });
    return trainingCurves(runs, runs.flatMap((run) => sampleCurve(run, 150)));
  },
  "training_curves_two_widths": () => {
    const runs = sampleRuns({ methods: ["lsq", "lr-qat"], bits: [4, 2], seeds: 2 });
    return trainingCurves(runs, runs.flatMap((run) => sampleCurve(run, 150)));
  },
  // Ranks with one downcast each have no place in it.
  "phi_ablation": () => {
    const { open = [], rows = [] } = Object.groupBy(
      phiRuns(),
      (run) => isOpenPhi(run) ? "open" : "rows",
    );
    return phiAblation([...rows, ...fixedRuns([1, 4])], { pending: open });
  },
  "phi_ablation_one_start": () =>
    phiAblation(
      phiRuns().filter((run) => run.adapter_start === "svd" && run.seed === 0 && !isOpenPhi(run)),
    ),
  "start_errors": () => startErrors(startRows()),
  "time_and_memory": () => timeAndMemory(recomputedRuns(), { bytesOf: recomputedBytes }),
  "weight_histogram": () => {
    const weights = sampleWeights(4096);
    const trained = weights.map((weight, k) => 1.02 * weight + 0.15 * Math.sin(k));
    return weightHistogram([
      { label: "before training", weights, scales: scales(0.35), min: -4, max: 3 },
      { label: "after training", weights: trained, scales: scales(0.45), min: -4, max: 3 },
    ]);
  },
  "weight_histogram_one_stage_2_bits": () =>
    weightHistogram([
      { label: "trained", weights: sampleWeights(4096), scales: scales(0.8), min: -2, max: 1 },
    ], { method: "l4q" }),
  "layer_errors": () => {
    const runs = sampleRuns({ methods: ["rtn", "lsq", "lr-qat", "l4q"], bits: [3] });
    return layerErrors(runs, runs.flatMap((run) => sampleLayers(run)));
  },
  "layer_errors_eight_and_two_widths": () => {
    const runs = [
      ...sampleRuns({ methods: EIGHT, bits: [3], seeds: 1 }),
      ...sampleRuns({ methods: ["lr-qat"], bits: [4], seeds: 1 }),
    ];
    return layerErrors(runs, runs.flatMap((run) => sampleLayers(run)));
  },
  "memory_bars": () => memoryBars(memoryRows(), { limit: 48 * 2 ** 30 }),
  "memory_profile_bars": () =>
    memoryProfileBars(profileRows(), { card: { name: "RTX 4090", bytes: 24 * 2 ** 30 } }),
  "memory_curves": () =>
    memoryCurves(
      ["lr-qat", "l4q"].flatMap((method, k) =>
        [1, 4, 32, 256].map((rank) => ({
          ...PROFILE,
          method,
          label: `${method}, r = ${rank}`,
          rank,
          total_bytes: (16 + 4 * k + 0.05 * rank) * 2 ** 30,
        }))
      ),
      { against: "rank" },
    ),
  "step_times": () => {
    const long = sampleRuns({ methods: [LONG], seeds: 1 });
    const error = "It needs 12 GiB, 8 GiB are there";
    const oom = sampleRuns({ methods: ["qlora"], seeds: 1 })
      .map((run): RunRow => ({ ...run, status: "oom", error }));
    return stepTimes([...sampleRuns({ methods: SEVEN }), ...long, ...oom]);
  },
};

function lost(run: RunRow): RunRow {
  return {
    ...run,
    status: "diverged",
    error: "The loss is not finite at step 71",
    perplexity: null,
  };
}

// PEQA's runs at 3 bits are still to be done, and at 8 bits there is none to do.
function runsWithGaps(): [RunRow[], { pending: RunRow[] }] {
  const runs = sampleRuns({ methods: EIGHT, bits: [2, 3, 4, 8] }).map((run) => {
    const isLost = run.bits === 2 && (run.method === "lsq" || run.run_id === "l4q/2/32/1");
    return isLost ? lost(run) : run;
  });
  const { true: gaps = [], false: rows = [] } = Object.groupBy(
    runs,
    ({ method, bits }) => `${method === "peqa" && (bits === 3 || bits === 8)}`,
  );
  return [rows, { pending: gaps.filter(({ bits }) => bits === 3) }];
}

// PEQA was tried with one exponent only, and has no place in the figure.
function exponentRuns(): RunRow[] {
  const runs = sampleRuns({ methods: ["lsq", "peqa", "lr-qat"], bits: [3], seeds: 2 });
  return [2.4, 3, 4, 5].flatMap((range_exponent, k) =>
    runs.filter(({ method }) => method !== "peqa" || k === 2).map((run): RunRow => ({
      ...run,
      run_id: `${run.run_id}/${range_exponent}`,
      range_exponent,
      validation_loss: (run.test_loss ?? 3) + 0.1 * (range_exponent - 3) ** 2,
    }))
  ).map((run) => run.run_id === "lsq/3/0/1/5" ? lost(run) : run);
}

function rankRuns(): RunRow[] {
  return sampleRuns({ methods: ["lr-qat", "l4q"], ranks: [1, 4, 32, 256] })
    .filter((run) => !(run.method === "l4q" && run.bits === 3 && run.rank === 4))
    .map((run) => run.bits === 2 && run.rank === 1 ? lost(run) : run);
}

function curveOf(run: RunRow) {
  if (run.status === "done") return sampleCurve(run, 150);
  return sampleCurve(run, 75).map((row) => {
    const rise = Math.max(0, row.step - 60) * 0.1;
    return { ...row, loss: row.step > 71 ? NaN : row.loss + rise };
  });
}

function phiRuns(): RunRow[] {
  return ["fp32", "fp16", "bf16", "fixed", "int"].flatMap((phi, k) =>
    ["kaiming", "svd"].flatMap((adapter_start) =>
      sampleRuns({ methods: ["lr-qat"], bits: [3, 4] }).map((run): RunRow => {
        const isSvd = adapter_start === "svd";
        const perplexity = (run.perplexity ?? 0) * (1 + 0.01 * k - (isSvd ? 0.01 : 0));
        const run_id = `${run.run_id}/${phi}/${adapter_start}`;
        const whole = { ...run, phi, adapter_start, perplexity, run_id };
        return isSvd && phi === "int" && run.bits === 3 ? lost(whole) : whole;
      })
    )
  );
}

/** A place whose runs are still to be done. */
function isOpenPhi(run: RunRow): boolean {
  return run.phi === "bf16" && run.bits === 3 && run.adapter_start === "svd";
}

function fixedRuns(ranks: number[]): RunRow[] {
  return sampleRuns({ methods: ["lr-qat"], bits: [3, 4], ranks })
    .map((run): RunRow => ({ ...run, phi: "fixed", adapter_start: "kaiming" }));
}

function startRows() {
  return ["lsq+", "symm", "asymm", "l4q"].flatMap((scale_start, k) =>
    [4, 3].flatMap((bits) =>
      [0, 1, 2].map((seed) => ({
        scale_start,
        bits,
        seed,
        quantization_before: (2 + 0.3 * k + 0.05 * seed) * 4 ** (4 - bits),
        quantization_after: (1.5 + 0.2 * k + 0.1 * seed) * 4 ** (4 - bits),
        clipping_before: k === 3 && bits === 3 ? null : 6 - k + 0.1 * seed,
        clipping_after: 4 - k + 0.2 * seed,
      }))
    )
  );
}

// LR-QAT's Fig. 1, as read off its picture.
function profileRows(): MemoryProfileRow[] {
  const bars = [
    ["Full-model QAT", "lsq", [0, 12.1, 12, 24.2, 12.8, 36.4, 1], 98.5],
    ["Full-model QAT, checkpointing", "lsq", [0, 12.1, 12, 24.2, 12.8, 0, 1], 62.2],
    ["Scales only", "peqa", [6.1, 0, 0, 0, 12.9, 12, 1], 32],
    ["Scales only, checkpointing", "peqa", [6.1, 0, 0, 0, 12.9, 0, 1], 19.9],
    ["LR-QAT, Q4.4", "lr-qat", [6, 0.15, 0.15, 0.3, 12.9, 0, 1], 20.5],
    ["LR-QAT, INT4", "lr-qat", [3, 0.15, 0.15, 0.3, 12.9, 0, 1], null],
  ] as const;
  return bars.map(([label, method, gibibytes, published]) => {
    const [weights, trainable, gradients, optimizer, activations, intermediates, other] = gibibytes
      .map((value) => value * 2 ** 30);
    const total_bytes = gibibytes.reduce((sum: number, value) => sum + value, 0) * 2 ** 30;
    return {
      ...PROFILE,
      label,
      method,
      total_bytes,
      frozen_weights: weights ?? null,
      trainable: trainable ?? null,
      gradients: gradients ?? null,
      optimizer: optimizer ?? null,
      activations: activations ?? null,
      intermediates: intermediates ?? null,
      other: other ?? null,
      published_bytes: published === null ? null : published * 2 ** 30,
    };
  });
}

const PROFILE: MemoryProfileRow = {
  study: "memory/lr-qat/figure-1",
  label: "",
  model: "llama-2-7b",
  method: "",
  bits: 4,
  granularity: "channel",
  rank: 0,
  phi: null,
  recompute: "none",
  batch: 1,
  seq: 1024,
  accumulation: 1,
  compute: "bfloat16",
  basis: "paper-stack",
  stack: "lr-qat",
  total_bytes: 0,
  frozen_weights: null,
  trainable: null,
  gradients: null,
  optimizer: null,
  activations: null,
  intermediates: null,
  other: null,
  argument_bytes: null,
  output_bytes: null,
  temporary_bytes: null,
  published_bytes: null,
  published_status: "reported",
};

function memoryRows(): MemoryRow[] {
  const row = (method: string, gibibytes: readonly (number | null)[]): MemoryRow => {
    const [a, b, c, d, e, f, g] = gibibytes.map((value) => value && value * 2 ** 30);
    const [weights = null, trainable = null, gradients = null, optimizer = null] = [a, b, c, d];
    const [activations = null, intermediates = null, other = null] = [e, f, g];
    const rest = { trainable, gradients, optimizer, activations, intermediates, other };
    return { method, bytes: { "frozen weights": weights, ...rest } };
  };
  return [
    row("float", [0, 13.5, 13.5, 27, 9, 2, 1]),
    row("lora", [13.5, 0.3, 0.3, 0.6, 9, 2, 1]),
    row("lsq", [0, 13.5, 13.5, 27, 10, 4, 1]),
    row("lr-qat", [6.9, 0.6, 0.6, 1.2, 8, 2.4, 0.3]),
    { ...row("lr-qat", [6.9, 0.6, 0.6, 1.2, 3, 2.4, 0.3]), variant: "recomputed" },
    row("l4q", [13.5, 0.6, 0.6, 1.2, 10, 4, 0.3]),
    row("qlora", [3.9, 0.3, 0.3, 0.6, null, null, 1]),
    row("peqa", []),
  ];
}

function scales(scale: number): Float32Array {
  return new Float32Array(64).fill(scale);
}

/** A search of three methods; the highest of LR-QAT's rates diverges, PEQA's best is at the edge. */
function rateRuns(): RunRow[] {
  const [run] = sampleRuns({ methods: ["lr-qat"], bits: [3], seeds: 1 });
  if (!run) return [];
  const adapters = [1e-4, 1e-3, 1e-2, 1e-1].flatMap((lr_adapter) =>
    [1e-5, 1e-4].map((lr_scale): RunRow => ({ ...run, lr_adapter, lr_scale }))
  );
  const scales = [1e-5, 1e-4, 1e-3].map((lr_scale): RunRow => ({
    ...run,
    method: "peqa",
    lr_adapter: null,
    lr_scale,
  }));
  const loras = adapters.filter(({ lr_scale }) => lr_scale === 1e-5)
    .map((row): RunRow => ({ ...row, method: "lora", lr_scale: null }));
  return [...adapters, ...scales, ...loras].map((row) => {
    const main = Math.log10(row.lr_adapter ?? row.lr_scale ?? 1);
    const isLost = row.method === "lr-qat" && row.lr_adapter === 1e-1;
    const run_id = [row.method, row.lr_adapter, row.lr_scale].join("/");
    const validation_loss = 3 + 0.1 * (main + 2) ** 2 - 0.02 * Math.log10(row.lr_scale ?? 1e-5);
    return isLost
      ? { ...row, run_id, status: "diverged", validation_loss: null }
      : { ...row, run_id, validation_loss };
  });
}

const RECOMPUTED = { none: [1.6e9, 1], linear: [1.1e9, 1.2], block: [0.7e9, 1.6] } as const;

function recomputedRuns(): RunRow[] {
  return sampleRuns({ methods: ["lsq", "lr-qat"], bits: [4], seeds: 2 }).flatMap((run) =>
    Object.entries(RECOMPUTED).map(([recompute, [, slower]]) => ({
      ...run,
      run_id: `${run.run_id}/${recompute}`,
      recompute,
      step_seconds: (run.step_seconds ?? 1) * slower,
    }))
  );
}

function recomputedBytes({ method, recompute }: RunRow): number {
  const [bytes] = RECOMPUTED[recompute as keyof typeof RECOMPUTED];
  return method === "lsq" ? 2 * bytes : bytes;
}

/** Rounding to two bits leaves a real model with a loss of more than 14 nats. */
function worseThanChance(run: RunRow): RunRow {
  return run.method === "rtn" && run.bits === 2
    ? { ...run, test_loss: 14.5 + run.seed / 100 }
    : run;
}
