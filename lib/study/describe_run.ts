import { recomputeName, variantOf } from "../results/mod.ts";
import type { RunRow } from "../results/run_row.ts";
import type { Role } from "../model/trainable.ts";
import type { RunSpec } from "./run_spec.ts";

/** By what names a run stands in its results. */
export interface RunNaming {
  /** The run's id. */
  readonly id: string;
  /** The study that asked for it. */
  readonly study: string;
}

/** A width that says that nothing is quantized. */
const FLOAT_BITS = 16;

/** The row of a run that has no numbers yet. */
export function describeRun(
  spec: RunSpec,
  { id, study }: RunNaming,
): Omit<RunRow, "started"> {
  const { settings, training, evaluation } = spec;
  const rate = (role: Role) => training?.optimizer.groups[role]?.learningRate ?? null;
  return {
    run_id: id,
    study,
    status: "failed",
    error: null,
    model: spec.model,
    train_text: training ? `${training.corpus}:train` : "",
    test_text: `${evaluation.corpus}:test`,
    method: spec.method,
    bits: settings.bits ?? FLOAT_BITS,
    activation_bits: settings.activationBits ?? null,
    key_value_bits: settings.keyValueBits ?? null,
    granularity: settings.granularity ?? "",
    grid: settings.grid ?? "symmetric",
    rank: settings.rank ?? 0,
    alpha: settings.alpha ?? 0,
    phi: settings.phi ?? null,
    adapter_start: settings.adapterStart ?? null,
    scale_start: settings.scaleStart ?? null,
    learn_scale: settings.learnScale ?? false,
    scale_format: settings.scaleFormat ?? null,
    range_exponent: settings.rangeExponent ?? null,
    seed: spec.seed,
    steps: training?.steps ?? 0,
    batch: training?.batch ?? 0,
    accumulation: training?.accumulation ?? 0,
    seq: training?.seq ?? evaluation.seq,
    recompute: recomputeName({
      linear: settings.recompute ?? false,
      block: training?.recompute === "block",
    }),
    compute: settings.compute ?? "float32",
    lr_weight: rate("weight"),
    lr_adapter: rate("adapter"),
    lr_scale: rate("scale"),
    lr_offset: rate("offset"),
    eval_seq: evaluation.seq,
    eval_stride: evaluation.stride,
    eval_bos: evaluation.bos,
    test_blocks: mostBlocks(evaluation.blocks),
    validation_blocks: mostBlocks(evaluation.validationBlocks),
    variant: variantOf(JSON.parse(JSON.stringify(spec))),
    validation_loss: null,
    test_loss_trained: null,
    test_loss: null,
    perplexity: null,
    merge_exact: null,
    codes_changed: null,
    ties_at_start: null,
    codes_clipped: null,
    scale_change: null,
    scales_clamped: null,
    trainable: null,
    linear_bytes: null,
    float16_bytes: null,
    peak_resident_bytes: null,
    prepare_seconds: null,
    compile_seconds: null,
    train_seconds: null,
    evaluate_seconds: null,
    step_seconds: null,
  };
}

function mostBlocks(blocks: number | "all"): number | null {
  return blocks === "all" ? null : blocks;
}
