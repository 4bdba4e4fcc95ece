/** How the bytes of a step came to be known. */
export const MEMORY_BASES = ["paper-stack", "estimated", "planned", "measured"] as const;

/** One of {@linkcode MEMORY_BASES}. */
export type MemoryBasis = typeof MEMORY_BASES[number];

/**
 * The memory of one training step on one basis: what the step is, and its bytes by class. `null` is a
 * value that does not apply or could not be had; it is never zero.
 */
export interface MemoryProfileRow {
  /** The study that asked for it, such as `memory/lr-qat-figure-1`. */
  readonly study: string;
  /** How the study calls the step, such as `LR-QAT, Q4.4`. */
  readonly label: string;
  readonly model: string;
  readonly method: string;
  /** Bits a code; 16 where nothing is quantized. */
  readonly bits: number;
  readonly granularity: string;
  readonly rank: number;
  readonly phi: string | null;
  /** `none`, `linear` or `block`. */
  readonly recompute: string;
  readonly batch: number;
  readonly seq: number;
  readonly accumulation: number;
  /** The type of activations and products. */
  readonly compute: string;
  readonly basis: MemoryBasis;
  /** Whose stack, where the basis is one of the papers'. */
  readonly stack: string | null;
  readonly total_bytes: number;
  /** By class; `null` where the basis does not tell. */
  readonly frozen_weights: number | null;
  readonly trainable: number | null;
  readonly gradients: number | null;
  readonly optimizer: number | null;
  readonly activations: number | null;
  readonly intermediates: number | null;
  readonly other: number | null;
  /** Of a plan: what the executable is given, gives, and needs in between. */
  readonly argument_bytes: number | null;
  readonly output_bytes: number | null;
  readonly temporary_bytes: number | null;
  /** What is published for this step, and whether it is: `reported`, `oom` … */
  readonly published_bytes: number | null;
  readonly published_status: string | null;
}

/** The rows of a step of a study. */
export interface StepRows {
  readonly rows: readonly MemoryProfileRow[];
  /** Whether nothing is missing: of a step whose plan failed there are the other rows alone. */
  readonly isWhole: boolean;
}
