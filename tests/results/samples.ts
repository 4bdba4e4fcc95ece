import { createHash } from "node:crypto";
import { makeManifest, type Manifest } from "../../lib/results/manifest.ts";
import type { RunResult } from "../../lib/results/run_result.ts";
import type { CurveRow, LayerRow, RunRow } from "../../lib/results/run_row.ts";

/** The id of the run of a number. */
export function sampleId(index: number): string {
  return createHash("sha256").update(`run ${index}`).digest("hex");
}

/** Makes a row whose numbers have no short decimal form, with a null in each column that may be. */
export function sampleRun(index: number, changes: Partial<RunRow> = {}): RunRow {
  return {
    run_id: sampleId(index),
    study: "quick",
    status: "done",
    error: null,
    model: "brown-4m",
    train_text: "brown:train",
    test_text: "brown:test",
    method: index % 2 === 0 ? "lr-qat" : "rtn",
    bits: 2 + index % 3,
    activation_bits: null,
    key_value_bits: null,
    granularity: "channel",
    grid: "symmetric",
    rank: 8,
    alpha: 1 / 3,
    phi: index % 2 === 0 ? "fixed" : null,
    adapter_start: "lora",
    scale_start: null,
    learn_scale: index % 2 === 0,
    scale_format: null,
    range_exponent: 3.5,
    seed: 2 ** 32 - 1 - index,
    steps: 100,
    batch: 8,
    accumulation: 1,
    seq: 128,
    recompute: "none",
    compute: "float32",
    lr_weight: null,
    lr_adapter: 1e-3 / 3,
    lr_scale: 1e-5,
    lr_offset: null,
    eval_seq: 256,
    eval_stride: 256,
    eval_bos: "none",
    test_blocks: 50,
    validation_blocks: 50,
    variant: "0123456789ab",
    validation_loss: 3 + index / 7,
    test_loss_trained: 3 + index / 9,
    test_loss: 3 + index / 9,
    perplexity: Math.exp(3 + index / 9),
    merge_exact: index % 2 === 0 ? true : null,
    codes_changed: 0.1 + index / 1000,
    ties_at_start: 0,
    codes_clipped: 5e-324,
    scale_change: null,
    scales_clamped: null,
    trainable: 2 ** 40 + index,
    linear_bytes: Number.MAX_SAFE_INTEGER,
    float16_bytes: 8_000_000,
    peak_resident_bytes: null,
    prepare_seconds: 0.5,
    compile_seconds: 2.5,
    train_seconds: 12.1,
    evaluate_seconds: 1.1,
    step_seconds: 0.1,
    started: "2026-11-22T10:20:30.123Z",
    ...changes,
  };
}

/** Makes the steps of a run; one in ten is validated. */
export function sampleCurve(index: number, steps = 20): CurveRow[] {
  return Array.from({ length: steps }, (_, k) => ({
    run_id: sampleId(index),
    step: k + 1,
    loss: 3 + 1 / (k + 1 + index),
    gradient_norm: Math.sqrt(k + index),
    factor: 1 - k / steps,
    validation_loss: (k + 1) % 10 === 0 ? 3 + 1 / (k + 7) : null,
  }));
}

/** Makes the layers of a run. */
export function sampleLayers(index: number): LayerRow[] {
  return ["q_proj", "größer"].map((layer, k) => ({
    run_id: sampleId(index),
    layer: `model.layers.0.${layer}`,
    outputs: 64,
    inputs: 128 * (k + 1),
    codes_changed: index / 7,
    codes_clipped: null,
    scale_change: k === 0 ? null : 1e-4 / 3,
    weight_error: 0.07 + k / 3,
    quantization_error_start: 1 / 3 + index,
    quantization_error_end: 2 / 3 + index,
    clipping_error_start: k === 0 ? null : 0,
    clipping_error_end: 5e-324,
  }));
}

/** Makes the manifest of a run. */
export function sampleManifest(index: number): Manifest {
  const made = makeManifest({
    run: { id: sampleId(index), study: "quick", command: ["deno", "task"], resumedFrom: null },
    configuration: { bits: 4, method: { name: "lr-qat", rank: 8 }, index },
    overrides: ["rank=8"],
    seed: { value: 1000, drawn: false },
    code: { revision: "abc", dirty: false, changesSha256: null, lockSha256: sampleId(0) },
    inputs: [{ name: "größe.txt", revision: null, sha256: sampleId(1) }],
    libraries: { tensorflow: "2.21.0" },
    device: { value: "cpu", reason: "there is no other" },
    threads: 2,
    protocol: { split: "test", seq: 128 },
  });
  return { ...made, system: { os: "linux", arch: "x64", cpu: null } };
}

/** Makes all of a run. */
export function sampleResult(index: number, changes: Partial<RunRow> = {}): RunResult {
  return {
    run: sampleRun(index, changes),
    curve: sampleCurve(index),
    layers: sampleLayers(index),
    manifest: sampleManifest(index),
  };
}
