import type { CompileMode, Compiler, Executable } from "../compiler.ts";
import type { DType } from "../dtype.ts";
import type { tf } from "../tf.ts";
import type { Graph } from "../trace/graph.ts";
import { isSymbol, Tracer } from "../trace/tracer.ts";
import type { KernelBackend } from "./kernel_backend.ts";
import { type KernelBinding, metadataOf } from "./kernel_binding.ts";

/** A compiler that traces by listening to tfjs-node's kernels at a binding. */
export abstract class TracingCompiler implements Compiler {
  readonly #binding: KernelBinding;
  readonly #backend: KernelBackend;

  /** Compiles for a backend. */
  constructor({ binding, backend }: { binding: KernelBinding; backend: KernelBackend }) {
    this.#binding = binding;
    this.#backend = backend;
  }

  abstract lower(graph: Graph, options: { name: string; mode: CompileMode }): Executable;

  get tracing(): boolean {
    return this.#binding.tracer !== undefined;
  }

  startTrace(variables: ReadonlyMap<number, string>): Tracer {
    const tracer = new Tracer(this.#binding);
    this.#binding.variableNames = variables;
    this.#binding.tracer = tracer;
    return tracer;
  }

  endTrace(): void {
    this.#binding.tracer = undefined;
    this.#binding.variableNames = new Map();
  }

  wrap(id: number): tf.Tensor {
    const facts = isSymbol(id)
      ? this.#binding.tracer?.valueOf(id) ?? fail(id)
      : this.#binding.describe(id);
    return this.#backend.createOutputTensor(metadataOf(id, facts));
  }

  share(tensor: tf.Tensor): tf.Tensor {
    const [id = -1] = this.idsOf([tensor]);
    return this.wrap(this.#binding.hold(id));
  }

  idsOf(tensors: readonly tf.Tensor[]): number[] {
    return this.#backend.getInputTensorIds([...tensors]);
  }

  dtypeOf(tensor: tf.Tensor): DType {
    const [id = -1] = this.idsOf([tensor]);
    return this.#binding.dtypeOf(id);
  }

  release(id: number): void {
    this.#binding.deleteTensor(id);
  }
}

function fail(id: number): never {
  throw new TypeError(`Symbol ${id} was used outside of its trace`);
}
