import type { TensorFacts } from "../kernels/kernel_binding.ts";
import type { PjrtExecutable } from "./client/executable.ts";

/** A compiled function, ready to run. */
export interface LoadedProgram {
  readonly executable: PjrtExecutable;
  /** The inputs, state counted behind the others, whose memory an output may take. */
  readonly donated: readonly number[];
}

/** What a program makes of a state variable. */
export interface StateUpdate extends TensorFacts {
  /** Which of the program's state variables. */
  readonly state: number;
}

/** A call of a compiled function. */
export interface ProgramCall {
  /** Gives the program; it is compiled when it is first run. */
  readonly program: () => LoadedProgram;
  /** Ids of arguments and captured tensors, in the program's order. */
  readonly inputs: readonly number[];
  /** Ids of the variables' tensors, in the program's order. */
  readonly state: readonly number[];
  /** The results, the program's first outputs. */
  readonly results: readonly TensorFacts[];
  /** The new values of variables, its other outputs. */
  readonly updates: readonly StateUpdate[];
}
