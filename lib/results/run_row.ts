/** How a run came out; every run that was begun has a row. */
export const RUN_STATUSES = ["done", "diverged", "failed", "oom", "stopped"] as const;

/** One of {@linkcode RUN_STATUSES}. */
export type RunStatus = typeof RUN_STATUSES[number];

/**
 * One run of a study: what it was and what came of it. `null` is a value that does not apply or could
 * not be had; it is never zero.
 */
export interface RunRow {
  /** The hash of the resolved configuration: equal for equal runs. */
  readonly run_id: string;
  /** The study that asked for it, such as `quick` or `lr-qat/table-4`. */
  readonly study: string;
  readonly status: RunStatus;
  /** What went wrong, one sentence. */
  readonly error: string | null;
  /** The model, such as `brown-4m`. */
  readonly model: string;
  /** The text that is learned, and the one that is scored, such as `brown:train`. */
  readonly train_text: string;
  readonly test_text: string;
  /** The method's name, such as `lr-qat`; `float` is the model as it is. */
  readonly method: string;
  /** Bits a code; 16 where nothing is quantized. */
  readonly bits: number;
  /** Bits of quantized activations, and of keys and values; null where they are floats. */
  readonly activation_bits: number | null;
  readonly key_value_bits: number | null;
  /** `tensor`, `channel` or `g64`. */
  readonly granularity: string;
  readonly grid: "symmetric" | "asymmetric";
  readonly rank: number;
  readonly alpha: number;
  /** LR-QAT's downcast, such as `fixed`. */
  readonly phi: string | null;
  /** How adapters and scales start. */
  readonly adapter_start: string | null;
  readonly scale_start: string | null;
  readonly learn_scale: boolean;
  readonly scale_format: string | null;
  readonly range_exponent: number | null;
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly accumulation: number;
  readonly seq: number;
  /** What the backward pass makes again: `none`, the codes of a `linear` layer, a `block`, or `linear+block`. */
  readonly recompute: string;
  /** The type of activations and products. */
  readonly compute: string;
  /** Learning rates at the schedule's height, by role. */
  readonly lr_weight: number | null;
  readonly lr_adapter: number | null;
  readonly lr_scale: number | null;
  readonly lr_offset: number | null;
  /** How it is scored: tokens a block and between the starts of two, and where a BOS stands. */
  readonly eval_seq: number;
  readonly eval_stride: number;
  readonly eval_bos: string;
  /** The most blocks of the test and of the validation split that count; null where all do. */
  readonly test_blocks: number | null;
  readonly validation_blocks: number | null;
  /** Runs of one variant differ by their seeds alone, also in what no column shows: {@linkcode variantOf}. */
  readonly variant: string;
  /** Mean loss of the validation split after training, nats a token. */
  readonly validation_loss: number | null;
  /** Mean loss of the test split as trained and after merging, nats a token. */
  readonly test_loss_trained: number | null;
  readonly test_loss: number | null;
  /** `exp(test_loss)`. */
  readonly perplexity: number | null;
  /** Whether the merged model's losses are those of the trained one, bit for bit. */
  readonly merge_exact: boolean | null;
  /** Shares of weights: codes unlike those of round to nearest, exact ties at the start, clipped codes. */
  readonly codes_changed: number | null;
  readonly ties_at_start: number | null;
  readonly codes_clipped: number | null;
  /** The mean of `|s / s_rtn - 1|`, with the scales of round to nearest in the same range. */
  readonly scale_change: number | null;
  /** Scales below the floor at the end. */
  readonly scales_clamped: number | null;
  /** Numbers that were trained. */
  readonly trainable: number | null;
  /** Bytes of the merged linear layers, and of the same in float16. */
  readonly linear_bytes: number | null;
  readonly float16_bytes: number | null;
  /** The largest resident memory of the process, bytes. */
  readonly peak_resident_bytes: number | null;
  /** Seconds of preparing, of compiling (the first step), of all other steps, and of evaluating. */
  readonly prepare_seconds: number | null;
  readonly compile_seconds: number | null;
  readonly train_seconds: number | null;
  readonly evaluate_seconds: number | null;
  /** Seconds of the median step. */
  readonly step_seconds: number | null;
  /** When the run began, UTC, ISO 8601. */
  readonly started: string;
}

/** One step of a run. */
export interface CurveRow {
  readonly run_id: string;
  readonly step: number;
  readonly loss: number;
  readonly gradient_norm: number;
  /** The schedule's factor of the learning rates. */
  readonly factor: number;
  readonly validation_loss: number | null;
}

/** One linear layer of a run. */
export interface LayerRow {
  readonly run_id: string;
  readonly layer: string;
  readonly outputs: number;
  readonly inputs: number;
  readonly codes_changed: number | null;
  readonly codes_clipped: number | null;
  readonly scale_change: number | null;
  /** Root of the mean square of merged weight less float weight, over that of the float weight. */
  readonly weight_error: number | null;
  /**
   * What rounding costs, and what clipping costs, at the start and after training: the sums of
   * `|ŵ - w|` over the weights within the grid's range and over those beyond it, where `w` is what the
   * method quantizes.
   */
  readonly quantization_error_start: number | null;
  readonly quantization_error_end: number | null;
  readonly clipping_error_start: number | null;
  readonly clipping_error_end: number | null;
}
