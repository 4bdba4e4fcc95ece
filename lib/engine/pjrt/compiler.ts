import type { CompileMode, Executable } from "../compiler.ts";
import type { KernelBackend } from "../kernels/kernel_backend.ts";
import type { TensorFacts } from "../kernels/kernel_binding.ts";
import { TracingCompiler } from "../kernels/tracing_compiler.ts";
import type { tf } from "../tf.ts";
import { type Graph, nodesOfKind } from "../trace/graph.ts";
import type { PjrtBinding } from "./binding.ts";
import type { PjrtClient } from "./client/client.ts";
import { ExecutableCache } from "./executable_cache.ts";
import { GraphProgram } from "./graph_program.ts";
import type { ProgramCall } from "./program_call.ts";

/** What {@linkcode PjrtCompiler} compiles for. */
export interface PjrtCompilerParts {
  readonly binding: PjrtBinding;
  readonly backend: KernelBackend;
  /** The client that programs run on. */
  readonly client: PjrtClient;
  /** Where programs that took long to compile are kept; by default nowhere. */
  readonly cacheFolder?: string | undefined;
}

/** Compiles traced functions as StableHLO programs, whole, with their state updated in place. */
export class PjrtCompiler extends TracingCompiler {
  readonly #parts: PjrtCompilerParts;
  readonly #cache: ExecutableCache;

  /** Compiles for a backend. */
  constructor(parts: PjrtCompilerParts) {
    super(parts);
    this.#parts = parts;
    this.#cache = new ExecutableCache(parts.client, { folder: parts.cacheFolder });
  }

  /** A tensor with a shape and a type, and no values. */
  hollow(facts: TensorFacts): tf.Tensor {
    return this.wrap(this.#parts.binding.createHollow(facts));
  }

  /** Whether a tensor has a shape and a type, and no values. */
  isHollow(tensor: tf.Tensor): boolean {
    return this.idsOf([tensor]).some((id) => this.#parts.binding.isHollow(id));
  }

  override lower(graph: Graph, { name }: { name: string; mode: CompileMode }): Executable {
    const { binding, backend, client } = this.#parts;
    const made = new GraphProgram(graph, { client, cache: this.#cache, name });
    const program = () => made.load();
    const facts = factsOf(graph);
    return {
      ready: async ({ inputs, state }) => {
        if (binding.runs([...inputs, ...state])) await made.ready();
      },
      run: (call) =>
        binding.callProgram({ program, ...call, ...facts })
          .map((metadata) => backend.createOutputTensor(metadata)),
      dispose: () => made[Symbol.dispose](),
    };
  }
}

// What calls need of a graph, and no part of the graph itself.
function factsOf(graph: Graph): Pick<ProgramCall, "results" | "updates"> {
  const states = nodesOfKind(graph, "state");
  return {
    results: graph.results.map(({ shape, dtype }) => ({ shape, dtype })),
    updates: graph.updates.map(({ state, value: { shape, dtype } }) => ({
      state: states.indexOf(state),
      shape,
      dtype,
    })),
  };
}
