import type { DType } from "../dtype.ts";
import type { PlannedTemporary } from "./dumped_peak.ts";

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
  /** The temporaries of the fullest moment, the largest first, where a breakdown was asked for. */
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
