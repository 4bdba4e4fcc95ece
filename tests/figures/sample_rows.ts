import type { CurveRow, LayerRow, RunRow } from "../../lib/results/run_row.ts";

/** A run that came out well, to vary from. */
export const RUN: RunRow = {
  run_id: "run",
  study: "sample",
  status: "done",
  error: null,
  model: "tiny",
  train_text: "sample:train",
  test_text: "sample:test",
  method: "lr-qat",
  bits: 4,
  activation_bits: null,
  key_value_bits: null,
  granularity: "channel",
  grid: "symmetric",
  rank: 32,
  alpha: 1,
  phi: null,
  adapter_start: null,
  scale_start: null,
  learn_scale: true,
  scale_format: "portable",
  range_exponent: null,
  seed: 0,
  steps: 200,
  batch: 8,
  accumulation: 1,
  seq: 256,
  recompute: "none",
  compute: "float32",
  lr_weight: null,
  lr_adapter: 1e-3,
  lr_scale: 1e-5,
  lr_offset: null,
  eval_seq: 256,
  eval_stride: 256,
  eval_bos: "none",
  test_blocks: 50,
  validation_blocks: 50,
  variant: "0123456789ab",
  validation_loss: 3,
  test_loss_trained: 3,
  test_loss: 3,
  perplexity: Math.exp(3),
  merge_exact: true,
  codes_changed: 0.05,
  ties_at_start: 0,
  codes_clipped: 0.001,
  scale_change: 0.01,
  scales_clamped: 0,
  trainable: 100_000,
  linear_bytes: 1_600_000,
  float16_bytes: 6_400_000,
  peak_resident_bytes: 900e6,
  prepare_seconds: 0.4,
  compile_seconds: 4,
  train_seconds: 18,
  evaluate_seconds: 2,
  step_seconds: 0.09,
  started: "2026-01-01T00:00:00.000Z",
};

/** What each method adds to the float model's loss at 4 bits, in nats, and the seconds of its step. */
const METHODS: Record<string, { loss: number; seconds: number }> = {
  float: { loss: 0.06, seconds: 0.02 },
  lora: { loss: 0, seconds: 0.074 },
  rtn: { loss: 0.36, seconds: 0.02 },
  lsq: { loss: 0.08, seconds: 0.11 },
  peqa: { loss: 0.16, seconds: 0.068 },
  "lr-qat": { loss: 0.07, seconds: 0.092 },
  l4q: { loss: 0.09, seconds: 0.1 },
  "qat-lora": { loss: 0.1, seconds: 0.105 },
  qlora: { loss: 0.13, seconds: 0.081 },
  "qlora-star": { loss: 0.12, seconds: 0.083 },
};

/** What {@linkcode sampleRuns} makes. */
export interface SampleOptions {
  methods: readonly string[];
  bits?: readonly number[];
  ranks?: readonly number[];
  seeds?: number;
}

/** A made-up study: a run for each method, bit width, rank and seed; always the same. */
export function sampleRuns(options: SampleOptions): RunRow[] {
  const { methods, bits = [2, 3, 4], ranks = [32], seeds = 3 } = options;
  return methods.flatMap((method) => {
    const isFloat = method === "float" || method === "lora";
    return (isFloat ? [16] : bits).flatMap((width) =>
      (isFloat ? ranks.slice(0, 1) : ranks).flatMap((rank) =>
        Array.from({ length: seeds }, (_, seed) => sampleRun({ method, bits: width, rank, seed }))
      )
    );
  });
}

function sampleRun(place: { method: string; bits: number; rank: number; seed: number }): RunRow {
  const { method, bits, rank, seed } = place;
  const run_id = `${method}/${bits}/${rank}/${seed}`;
  const { loss, seconds } = METHODS[method] ?? { loss: 0.11, seconds: 0.1 };
  const shrink = bits >= 16 ? 1 : 3.1 ** (4 - bits) / (1 + Math.log2(rank) / 20);
  const test_loss = 3 + loss * shrink * (1 + 0.12 * noise(run_id)) + 0.004 * noise(`${run_id}+`);
  return {
    ...RUN,
    ...place,
    run_id,
    test_loss,
    perplexity: Math.exp(test_loss),
    linear_bytes: bits >= 16 ? 6_400_000 : 400_000 * bits + 30_000,
    step_seconds: seconds * (1 + 0.05 * noise(`${run_id}s`)),
  };
}

/** The curve of a run: a loss that falls, with noise, evaluated every 50 steps. */
export function sampleCurve(run: RunRow, steps = run.steps): CurveRow[] {
  return Array.from({ length: steps }, (_, k) => {
    const trend = (run.test_loss ?? 3) + 1.4 * Math.exp(-k / 30);
    return {
      run_id: run.run_id,
      step: k + 1,
      loss: trend + 0.12 * noise(`${run.run_id}/${k}`),
      gradient_norm: 1,
      factor: 1,
      validation_loss: (k + 1) % 50 === 0 ? trend + 0.03 : null,
    };
  });
}

/** The layers of a run: seven projections in each of `blocks` blocks. */
export function sampleLayers(run: RunRow, blocks = 8): LayerRow[] {
  const names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
  return Array.from({ length: blocks }, (_, block) =>
    names.map((name, k) => {
      const part = k < 4 ? "self_attn" : "mlp";
      const layer = `model.layers.${block}.${part}.${name}`;
      const error = 0.4 * 2 ** (2 - run.bits) * (1 + 0.1 * k + 0.3 * block / blocks);
      return {
        run_id: run.run_id,
        layer,
        outputs: 64,
        inputs: 64,
        codes_changed: 0.05,
        codes_clipped: 0.002,
        scale_change: 0.01,
        weight_error: error * (1 + 0.05 * noise(`${run.run_id}/${layer}`)) *
          (1 + (METHODS[run.method]?.loss ?? 0.1)),
        quantization_error_start: null,
        quantization_error_end: null,
        clipping_error_start: null,
        clipping_error_end: null,
      };
    })).flat();
}

/** Weights that are nearly normal, with the deviation 1; always the same. */
export function sampleWeights(count: number, seed = ""): Float32Array {
  return Float32Array.from({ length: count }, (_, k) => 1.7 * noise(`${seed}${k}`));
}

/** A number of about -1 to 1 with a hill at zero, that depends on nothing but the text. */
function noise(text: string): number {
  let sum = 0;
  let code = 0x811c9dc5;
  for (let round = 0; round < 4; round++) {
    for (let k = 0; k < text.length; k++) code = Math.imul(code ^ text.charCodeAt(k), 0x01000193);
    code ^= code >>> 15;
    sum += (Math.imul(code, 0x2c1b3c6d) >>> 0) / 2 ** 32;
  }
  return sum - 2;
}
