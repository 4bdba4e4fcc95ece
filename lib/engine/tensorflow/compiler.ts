import type { CompileMode, Executable } from "../compiler.ts";
import type { KernelBackend } from "../kernels/kernel_backend.ts";
import { TracingCompiler } from "../kernels/tracing_compiler.ts";
import { returnFreedMemory } from "../native/return_freed_memory.ts";
import { ATTRIBUTE_KIND } from "../trace/attributes.ts";
import type { Graph } from "../trace/graph.ts";
import type { Binding } from "./binding.ts";
import { cText } from "./c_text.ts";
import { functionDef } from "./function_def.ts";
import { rewrite } from "./rewrite.ts";
import type { Runtime } from "./runtime.ts";

// A first call that took so long compiled much: hundreds of megabytes that are free then.
const LARGE_SECONDS = 1;

/** Compiles traced functions as functions of TensorFlow, by default through XLA. */
export class TensorflowCompiler extends TracingCompiler {
  readonly #runtime: Runtime;
  readonly #binding: Binding;
  readonly #backend: KernelBackend;
  #count = 0;

  /** Compiles for a backend. */
  constructor(parts: { runtime: Runtime; binding: Binding; backend: KernelBackend }) {
    super(parts);
    this.#runtime = parts.runtime;
    this.#binding = parts.binding;
    this.#backend = parts.backend;
  }

  override lower(graph: Graph, options: { name: string; mode: CompileMode }): Executable {
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
    // Calls must not hold the graph: that of a large step takes as much as its executable.
    const { resultTypes } = graph;
    const call: Executable["run"] = ({ inputs, state }) =>
      this.#binding.callFunction(name, { inputs, state, attributes, resultTypes }).map((metadata) =>
        this.#backend.createOutputTensor(metadata)
      );
    let isFirst = true;
    return {
      run: (given) => {
        if (!isFirst) return call(given);
        isFirst = false;
        const start = performance.now();
        const results = call(given);
        if (performance.now() - start >= 1000 * LARGE_SECONDS) returnFreedMemory();
        return results;
      },
      dispose: () => {
        core.TFE_ContextRemoveFunction(pointer, cText(name), status.pointer);
        status.check(() => `Cannot remove the compiled function ${options.name}`);
      },
    };
  }
}
