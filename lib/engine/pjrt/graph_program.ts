import type { Graph } from "../trace/graph.ts";
import type { PjrtClient } from "./client/client.ts";
import type { PjrtCompileOptions } from "./client/compile_options.ts";
import type { PjrtExecutable } from "./client/executable.ts";
import { requireRoom } from "./device_room.ts";
import { passesThatDropBarriers } from "./disabled_passes.ts";
import type { ExecutableCache } from "./executable_cache.ts";
import type { LoadedProgram } from "./program_call.ts";
import { withSmallestFailure } from "./smallest_failure.ts";
import { stableHlo, type StableHloProgram } from "./stablehlo/mod.ts";

/** Where a {@linkcode GraphProgram} is compiled. */
export interface GraphProgramOptions {
  readonly client: PjrtClient;
  readonly cache: ExecutableCache;
  /** For messages. */
  readonly name: string;
}

// What a program is made from: the graph, and its text as soon as that is needed.
class Source {
  readonly graph: Graph;
  readonly #name: string;
  #program: StableHloProgram | undefined;

  constructor(graph: Graph, name: string) {
    this.graph = graph;
    this.#name = name;
  }

  get program(): StableHloProgram {
    return this.#program ??= stableHlo(this.graph, { name: this.#name });
  }
}

/** A traced function on its way to the device, compiled when it is first run, or in time before. */
export class GraphProgram implements Disposable {
  readonly #options: GraphProgramOptions;
  // A program that is loaded needs its source no more, which for a large step takes as much as the program.
  #program: Source | LoadedProgram;
  #made: PjrtExecutable | undefined;
  #pending: Promise<void> | undefined;
  #isDisposed = false;

  /** Compiles nothing yet. */
  constructor(graph: Graph, options: GraphProgramOptions) {
    this.#options = options;
    this.#program = new Source(graph, options.name);
  }

  /**
   * The program, compiled, when its inputs lie on the device: what else it takes is looked for then.
   *
   * @throws {PjrtError} If it does not compile.
   * @throws {NotEnoughMemoryError} If the device has no room for it.
   */
  load(): LoadedProgram {
    if (this.#program instanceof Source) this.#program = this.#loadFrom(this.#program);
    return this.#program;
  }

  /**
   * Compiles in another thread, unless that is done.
   *
   * @throws {PjrtError} If it does not compile.
   */
  async ready(): Promise<void> {
    const source = this.#program;
    if (this.#made || this.#isDisposed || !(source instanceof Source)) return;
    await (this.#pending ??= this.#readyFrom(source).finally(() => this.#pending = undefined));
  }

  /** Frees the executable. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#made?.[Symbol.dispose]();
  }

  #loadFrom(source: Source): LoadedProgram {
    const { client, name } = this.#options;
    const executable = this.#made ??= this.#compile(source);
    requireRoom(executable, { client, name });
    return { executable, donated: source.program.aliases.map(({ input }) => input) };
  }

  async #readyFrom(source: Source): Promise<void> {
    const compiled = await this.#compileAside(source);
    // Meanwhile it may have been run, which compiles as well, or disposed.
    if (this.#made || this.#isDisposed) compiled[Symbol.dispose]();
    else this.#made = compiled;
  }

  #compile(source: Source): PjrtExecutable {
    try {
      return this.#options.cache.compile(source.program.text, this.#compileOptions(source));
    } catch (error) {
      throw this.#explained(error, source);
    }
  }

  async #compileAside(source: Source): Promise<PjrtExecutable> {
    try {
      return await this.#options.cache.compileAside(
        source.program.text,
        this.#compileOptions(source),
      );
    } catch (error) {
      throw this.#explained(error, source);
    }
  }

  #explained(error: unknown, source: Source): unknown {
    const { client } = this.#options;
    return withSmallestFailure(error, source.graph, {
      client,
      options: this.#compileOptions(source),
    });
  }

  #compileOptions({ program: { inputs } }: Source): PjrtCompileOptions {
    const { platform } = this.#options.client;
    return { signature: inputs, disablePasses: passesThatDropBarriers(platform) };
  }
}
