/**
 * What `compile` asks of a backend that can run a whole traced function as one executable.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import type { tf } from "./tf.ts";
import type { Graph } from "./trace/graph.ts";
import type { Tracer } from "./trace/tracer.ts";

/** How a traced function is run. */
export type CompileMode = "xla" | "graph";

/** A function that a backend has compiled. */
export interface Executable {
  /** Runs it; variables are updated in place. */
  run(call: ExecutableCall): tf.Tensor[];
  /** Compiles it in another thread, where the backend can; else the first run does, in this one. */
  ready?(call: ExecutableCall): Promise<void>;
  /** Frees it. */
  dispose(): void;
}

/** The inputs of one call. */
export interface ExecutableCall {
  /** Tensors for the graph's arguments and captures, in the order of its nodes. */
  readonly inputs: readonly number[];
  /** The tensors of the graph's state, in the order of its nodes. */
  readonly state: readonly number[];
}

/** A backend that can compile. */
export interface Compiler {
  /** Whether a function is being traced now. */
  readonly tracing: boolean;
  /** Starts to write ops down; `variables` names the variables by their tensors. */
  startTrace(variables: ReadonlyMap<number, string>): Tracer;
  /** Goes back to running ops. */
  endTrace(): void;
  /** Makes a TF.js tensor of a symbol or an existing tensor's id. */
  wrap(id: number): tf.Tensor;
  /** A tensor with the same values and an id of its own. */
  share(tensor: tf.Tensor): tf.Tensor;
  /** The ids behind TF.js tensors. */
  idsOf(tensors: readonly tf.Tensor[]): number[];
  /** The real type of a tensor. */
  dtypeOf(tensor: tf.Tensor): DType;
  /** Frees a tensor by its id. */
  release(id: number): void;
  /** Turns a graph into something that runs. */
  lower(graph: Graph, options: { readonly name: string; readonly mode: CompileMode }): Executable;
}

let current: Compiler | undefined;

/** The compiler of the backend in use, or `undefined` where functions run op by op. */
export function currentCompiler(): Compiler | undefined {
  return current;
}

/** Sets the compiler when a backend starts. */
export function setCompiler(compiler: Compiler | undefined): void {
  current = compiler;
}
