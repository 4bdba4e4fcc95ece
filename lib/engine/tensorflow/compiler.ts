import type { Compiler, Executable } from "../compiler.ts";
import { type DType, dtypeInfo } from "../dtype.ts";
import type { tf } from "../tf.ts";
import { ATTRIBUTE_KIND } from "../trace/attributes.ts";
import type { Graph } from "../trace/graph.ts";
import { isSymbol, Tracer } from "../trace/tracer.ts";
import type { Binding } from "./binding.ts";
import { cText } from "./c_text.ts";
import { functionDef } from "./function_def.ts";
import type { KernelBackend } from "./kernel_backend.ts";
import { rewrite } from "./rewrite.ts";
import type { Runtime } from "./runtime.ts";

/** Compiles traced functions as functions of TensorFlow, by default through XLA. */
export class TensorflowCompiler implements Compiler {
  readonly #runtime: Runtime;
  readonly #binding: Binding;
  readonly #backend: KernelBackend;
  #count = 0;

  /** Compiles for a backend. */
  constructor(parts: { runtime: Runtime; binding: Binding; backend: KernelBackend }) {
    this.#runtime = parts.runtime;
    this.#binding = parts.binding;
    this.#backend = parts.backend;
  }

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
    const { shape, dtype } = isSymbol(id)
      ? this.#binding.tracer?.valueOf(id) ?? fail(id)
      : this.#binding.describe(id);
    const code = dtypeInfo(dtypeInfo(dtype).face).code;
    return this.#backend.createOutputTensor({ id, shape: [...shape], dtype: code });
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

  lower(graph: Graph, options: { name: string; mode: "xla" | "graph" }): Executable {
    const name = `${options.name}_${this.#count++}`;
    const { core } = this.#runtime.library;
    const { pointer, status } = this.#runtime.context;
    const cpu = !this.#binding.isUsingGpuDevice();
    const bytes = functionDef(rewrite(graph, { mode: options.mode, cpu }), name);
    core.TFE_ContextAddFunctionDef(pointer, bytes, BigInt(bytes.byteLength), status.pointer);
    status.check(() => `Cannot define the compiled function ${options.name}`);
    const attributes = [
      { name: "_XlaMustCompile", type: ATTRIBUTE_KIND.bool, value: options.mode === "xla" },
    ];
    return {
      run: ({ inputs, state }) =>
        this.#binding.callFunction(name, {
          inputs,
          state,
          attributes,
          resultTypes: graph.resultTypes,
        }).map((metadata) => this.#backend.createOutputTensor(metadata)),
      dispose: () => {
        core.TFE_ContextRemoveFunction(pointer, cText(name), status.pointer);
        status.check(() => `Cannot remove the compiled function ${options.name}`);
      },
    };
  }
}

function fail(id: number): never {
  throw new TypeError(`Symbol ${id} was used outside of its trace`);
}
