import { type Graph, type Node, nodesOfKind } from "../../trace/graph.ts";
import { GraphBody } from "./graph_body.ts";
import { type Alias, HEAD_LINES, inputName, moduleText } from "./text/module.ts";
import type { TensorType } from "./text/element_type.ts";

/** Options of {@linkcode stableHlo}. */
export interface StableHloOptions {
  /** The module's name, letters, digits and underscores; `graph` by default. */
  readonly name?: string;
  /** Whether an updated state's memory holds its new value after the call; `true` by default. */
  readonly donateState?: boolean;
  /**
   * What bfloat16 tensors are written as; `bfloat16` by default. XLA for CPU widens bfloat16 to
   * float32, so a plan that a CPU makes for another device takes `float16`: as many bytes.
   */
  readonly sixteenBit?: "bfloat16" | "float16";
  /** A function that the program calls, without arguments or a use of its result; none by default. */
  readonly calls?: string;
}

/** An input of a {@linkcode StableHloProgram}, in the type in which the program takes it. */
export interface ProgramInput extends TensorType {
  readonly kind: "argument" | "capture" | "state";
  readonly name: string;
}

/** A graph in StableHLO's words. */
export interface StableHloProgram {
  /** The module; equal graphs give equal texts. */
  readonly text: string;
  /** Arguments and captures in the graph's order, then state. */
  readonly inputs: readonly ProgramInput[];
  /** The graph's results, then the new values of the state that it updates. */
  readonly outputs: readonly TensorType[];
  /** The state that is updated in place. */
  readonly aliases: readonly Alias[];
  /** The graph's node that a line of the text was written for, lines counted from 1. */
  nodeAt(line: number): Node | undefined;
}

/**
 * Writes a traced graph as a StableHLO module with one function, `main`.
 *
 * @throws {TypeError} If an op has no lowering, or needs an input as a constant that is computed; the
 * message names the op, its attributes and where it was called.
 */
export function stableHlo(graph: Graph, options: StableHloOptions = {}): StableHloProgram {
  const { name = "graph", donateState = true, sixteenBit = "bfloat16", calls } = options;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new RangeError(`A module's name needs letters and digits: current value is '${name}'`);
  }
  const body = new GraphBody(sixteenBit);
  const inputs = inputNodes(graph).map((node, i): ProgramInput => ({
    kind: node.kind as ProgramInput["kind"],
    name: node.op,
    ...body.input(node, inputName(i)),
  }));
  for (const node of graph.nodes) body.node(node);
  const results = [...graph.results, ...graph.updates.map(({ value }) => value)]
    .map((value) => body.operandOf(value));
  const aliases = donateState ? aliasesOf(graph) : [];
  const { lines, owners } = body;
  return {
    text: moduleText(name, { inputs, aliases, lines, results, calls }),
    inputs,
    outputs: results.map(({ shape, dtype }) => ({ shape, dtype })),
    aliases,
    nodeAt: (line) => owners[line - 1 - HEAD_LINES],
  };
}

function inputNodes(graph: Graph): Node[] {
  const first = graph.nodes.filter(({ kind }) => kind === "argument" || kind === "capture");
  return [...first, ...nodesOfKind(graph, "state")];
}

function aliasesOf(graph: Graph): Alias[] {
  const places = new Map(inputNodes(graph).map((node, i) => [node, i]));
  return graph.updates.map(({ state }, i) => ({
    input: places.get(state) ?? -1,
    output: graph.results.length + i,
  }));
}
