import type { CompileMode, Executable } from "../compiler.ts";
import type { KernelBackend } from "../kernels/kernel_backend.ts";
import type { TensorFacts } from "../kernels/kernel_binding.ts";
import { TracingCompiler } from "../kernels/tracing_compiler.ts";
import type { tf } from "../tf.ts";
import { type Graph, nodesOfKind } from "../trace/graph.ts";
import type { PjrtBinding } from "./binding.ts";
import type { PjrtClient } from "./client/client.ts";
import type { PjrtCompileOptions } from "./client/compile_options.ts";
import type { PjrtExecutable } from "./client/executable.ts";
import { requireRoom } from "./device_room.ts";
import { ExecutableCache } from "./executable_cache.ts";
import { passesThatDropBarriers } from "./disabled_passes.ts";
import type { LoadedProgram } from "./program_call.ts";
import { withSmallestFailure } from "./smallest_failure.ts";
import { stableHlo, type StableHloProgram } from "./stablehlo/mod.ts";

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
    const { binding, backend } = this.#parts;
    const states = nodesOfKind(graph, "state");
    const updates = graph.updates.map(({ state, value: { shape, dtype } }) => ({
      state: states.indexOf(state),
      shape,
      dtype,
    }));
    let made: PjrtExecutable | undefined;
    let pending: Promise<void> | undefined;
    let fitting: LoadedProgram | undefined;
    let isDisposed = false;
    let text: StableHloProgram | undefined;
    // Not before it is needed: over hollow tensors nothing runs.
    const program = () => text ??= stableHlo(graph, { name });
    // Its room is looked for when its inputs lie on the device.
    const loaded = () =>
      fitting ??= this.#fitting(made ??= this.#compile(graph, program()), program(), name);
    const aside = async () => {
      const compiled = await this.#compileAside(graph, program());
      // Meanwhile it may have been run, which compiles as well, or disposed.
      if (made || isDisposed) compiled[Symbol.dispose]();
      else made = compiled;
    };
    const { results } = graph;
    return {
      ready: async ({ inputs, state }) => {
        if (made || isDisposed || !binding.runs([...inputs, ...state])) return;
        await (pending ??= aside().finally(() => pending = undefined));
      },
      run: ({ inputs, state }) =>
        binding.callProgram({ program: loaded, inputs, state, results, updates })
          .map((metadata) => backend.createOutputTensor(metadata)),
      dispose: () => {
        isDisposed = true;
        made?.[Symbol.dispose]();
      },
    };
  }

  #compile(graph: Graph, program: StableHloProgram): PjrtExecutable {
    const options = this.#options(program);
    try {
      return this.#cache.compile(program.text, options);
    } catch (error) {
      throw withSmallestFailure(error, graph, { client: this.#parts.client, options });
    }
  }

  async #compileAside(graph: Graph, program: StableHloProgram): Promise<PjrtExecutable> {
    const options = this.#options(program);
    try {
      return await this.#cache.compileAside(program.text, options);
    } catch (error) {
      throw withSmallestFailure(error, graph, { client: this.#parts.client, options });
    }
  }

  #options({ inputs }: StableHloProgram): PjrtCompileOptions {
    const { platform } = this.#parts.client;
    return { signature: inputs, disablePasses: passesThatDropBarriers(platform) };
  }

  #fitting(
    executable: PjrtExecutable,
    { aliases }: StableHloProgram,
    name: string,
  ): LoadedProgram {
    requireRoom(executable, { client: this.#parts.client, name });
    return { executable, donated: aliases.map(({ input }) => input) };
  }
}
