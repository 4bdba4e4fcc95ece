import type { TensorFacts } from "../kernels/kernel_binding.ts";
import type { Graph } from "../trace/graph.ts";
import type { PjrtBuffer } from "./client/buffer.ts";
import type { PjrtClient } from "./client/client.ts";
import type { PjrtExecutable } from "./client/executable.ts";
import { keyOf, type OpCall, opGraph } from "./op_graph.ts";
import { stableHlo } from "./stablehlo/mod.ts";

// A program takes some hundred kilobytes; a loop over ever new shapes must not keep them all.
const MOST_PROGRAMS = 1024;

/** The programs that eager ops run as, each of one op, compiled when first run. */
export class OpPrograms {
  readonly #client: PjrtClient;
  readonly #programs = new Map<string, OpProgram>();

  /** Runs programs on a client. */
  constructor(client: PjrtClient) {
    this.#client = client;
  }

  /** The program for a call. */
  get(call: OpCall): OpProgram {
    const key = keyOf(call);
    const program = this.#programs.get(key) ?? new OpProgram(opGraph(call), this.#client);
    // The one used last stands last.
    this.#programs.delete(key);
    this.#programs.set(key, program);
    if (this.#programs.size > MOST_PROGRAMS) this.#dropOldest();
    return program;
  }

  #dropOldest(): void {
    for (const [key, program] of this.#programs) {
      program[Symbol.dispose]();
      this.#programs.delete(key);
      return;
    }
  }
}

/** One op with its shapes and types fixed. */
export class OpProgram implements Disposable {
  readonly #graph: Graph;
  readonly #client: PjrtClient;
  #executable: PjrtExecutable | undefined;

  /** Makes the program of a graph with one op. */
  constructor(graph: Graph, client: PjrtClient) {
    this.#graph = graph;
    this.#client = client;
  }

  /** The shapes and types of what it gives. */
  get outputs(): readonly TensorFacts[] {
    return this.#graph.results;
  }

  /** Runs it over the operands that are not constants of it. */
  run(inputs: readonly PjrtBuffer[]): PjrtBuffer[] {
    return this.#compiled().run(inputs);
  }

  /** Frees what was compiled. */
  [Symbol.dispose](): void {
    this.#executable?.[Symbol.dispose]();
    this.#executable = undefined;
  }

  #compiled(): PjrtExecutable {
    if (this.#executable) return this.#executable;
    const { text, inputs } = stableHlo(this.#graph, { name: "op" });
    return this.#executable = this.#client.compileSync(text, { signature: inputs });
  }
}
