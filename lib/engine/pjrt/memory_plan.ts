import type { DType } from "../dtype.ts";

/** An input of a planned function. */
export interface PlannedInput {
  readonly kind: "argument" | "capture" | "state";
  /** A variable's name, or a number with the kind. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Bytes on the device, 4-bit elements two in a byte. */
  readonly bytes: number;
}

/** A value that a program makes and needs no longer than it runs. */
export interface PlannedTemporary {
  readonly shape: readonly number[];
  /** The compiler's name of its type, such as `f32` or `bf16`. */
  readonly type: string;
  /** What makes it, such as `dot` or `fusion`. */
  readonly operation: string;
  readonly bytes: number;
}

/** The device memory that one call of a function takes, by the compiler's own account. */
export interface MemoryPlan {
  /** Arguments, outputs and temporaries, less what outputs share with donated inputs. */
  readonly totalBytes: number;
  readonly argumentBytes: number;
  readonly outputBytes: number;
  readonly aliasBytes: number;
  readonly temporaryBytes: number;
  /** What the function takes: arguments, captured tensors, variables. */
  readonly inputs: readonly PlannedInput[];
  /** The temporaries of the fullest moment, the largest first, if the compiler tells: XLA for the CPU does. */
  readonly peak?: readonly PlannedTemporary[];
  /** The platform whose compiler planned, for example `cpu`. */
  readonly platform: string;
  /** What `bfloat16` was planned as. */
  readonly sixteenBit: "bfloat16" | "float16";
  readonly traceSeconds: number;
  readonly compileSeconds: number;
  /** The number of ops, constants and inputs. */
  readonly nodes: number;
}
