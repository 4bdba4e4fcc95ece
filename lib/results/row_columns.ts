import type { ArrowColumn, CellKind } from "../io/arrow/arrow_table.ts";
import type { MemoryProfileRow } from "./memory_row.ts";
import type { CurveRow, LayerRow, RunRow } from "./run_row.ts";

type KindOf<Value> = Value extends string ? "utf8"
  : Value extends boolean ? "bool"
  : Exclude<CellKind, "utf8" | "bool">;

/** A column for every field of a row, of a type and nullability that fit the field. */
type ColumnsOf<Row> = {
  readonly [Name in keyof Row]-?: {
    readonly kind: KindOf<NonNullable<Row[Name]>>;
    readonly nullable: null extends Row[Name] ? true : false;
  };
};

const text = { kind: "utf8", nullable: false } as const;
const int = { kind: "int32", nullable: false } as const;
const long = { kind: "int64", nullable: false } as const;
const float = { kind: "float64", nullable: false } as const;
const flag = { kind: "bool", nullable: false } as const;
const maybeText = { kind: "utf8", nullable: true } as const;
const maybeInt = { kind: "int32", nullable: true } as const;
const maybeLong = { kind: "int64", nullable: true } as const;
const maybeFloat = { kind: "float64", nullable: true } as const;
const maybeFlag = { kind: "bool", nullable: true } as const;

// `started` is text: ISO 8601 in UTC sorts as time does, and comes back character for character.
const RUN: ColumnsOf<RunRow> = {
  run_id: text,
  study: text,
  status: text,
  error: maybeText,
  model: text,
  train_text: text,
  test_text: text,
  method: text,
  bits: int,
  activation_bits: maybeInt,
  key_value_bits: maybeInt,
  granularity: text,
  grid: text,
  rank: int,
  alpha: float,
  phi: maybeText,
  adapter_start: maybeText,
  scale_start: maybeText,
  learn_scale: flag,
  scale_format: maybeText,
  range_exponent: maybeFloat,
  seed: long,
  steps: int,
  batch: int,
  accumulation: int,
  seq: int,
  recompute: text,
  compute: text,
  lr_weight: maybeFloat,
  lr_adapter: maybeFloat,
  lr_scale: maybeFloat,
  lr_offset: maybeFloat,
  eval_seq: int,
  eval_stride: int,
  eval_bos: text,
  test_blocks: maybeInt,
  validation_blocks: maybeInt,
  variant: text,
  validation_loss: maybeFloat,
  test_loss_trained: maybeFloat,
  test_loss: maybeFloat,
  perplexity: maybeFloat,
  merge_exact: maybeFlag,
  codes_changed: maybeFloat,
  ties_at_start: maybeFloat,
  codes_clipped: maybeFloat,
  scale_change: maybeFloat,
  scales_clamped: maybeLong,
  trainable: maybeLong,
  linear_bytes: maybeLong,
  float16_bytes: maybeLong,
  peak_resident_bytes: maybeLong,
  prepare_seconds: maybeFloat,
  compile_seconds: maybeFloat,
  train_seconds: maybeFloat,
  evaluate_seconds: maybeFloat,
  step_seconds: maybeFloat,
  started: text,
};

const CURVE: ColumnsOf<CurveRow> = {
  run_id: text,
  step: int,
  loss: float,
  gradient_norm: float,
  factor: float,
  validation_loss: maybeFloat,
};

const LAYER: ColumnsOf<LayerRow> = {
  run_id: text,
  layer: text,
  outputs: int,
  inputs: int,
  codes_changed: maybeFloat,
  codes_clipped: maybeFloat,
  scale_change: maybeFloat,
  weight_error: maybeFloat,
  quantization_error_start: maybeFloat,
  quantization_error_end: maybeFloat,
  clipping_error_start: maybeFloat,
  clipping_error_end: maybeFloat,
};

const MEMORY: ColumnsOf<MemoryProfileRow> = {
  study: text,
  label: text,
  model: text,
  method: text,
  bits: int,
  granularity: text,
  rank: int,
  phi: maybeText,
  recompute: text,
  batch: int,
  seq: int,
  accumulation: int,
  compute: text,
  basis: text,
  stack: maybeText,
  total_bytes: long,
  frozen_weights: maybeLong,
  trainable: maybeLong,
  gradients: maybeLong,
  optimizer: maybeLong,
  activations: maybeLong,
  intermediates: maybeLong,
  other: maybeLong,
  argument_bytes: maybeLong,
  output_bytes: maybeLong,
  temporary_bytes: maybeLong,
  published_bytes: maybeLong,
  published_status: maybeText,
};

/** The columns of the table of runs, in the order of the file. */
export const RUN_COLUMNS: readonly ArrowColumn[] = listed(RUN);
/** The columns of the table of steps. */
export const CURVE_COLUMNS: readonly ArrowColumn[] = listed(CURVE);
/** The columns of the table of layers. */
export const LAYER_COLUMNS: readonly ArrowColumn[] = listed(LAYER);
/** The columns of the table of memory profiles. */
export const MEMORY_COLUMNS: readonly ArrowColumn[] = listed(MEMORY);

function listed(columns: Readonly<Record<string, Omit<ArrowColumn, "name">>>): ArrowColumn[] {
  return Object.entries(columns).map(([name, column]) => ({ name, ...column }));
}
