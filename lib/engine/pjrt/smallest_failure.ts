import type { Graph, Node, Value } from "../trace/graph.ts";
import type { PjrtClient } from "./client/client.ts";
import { PjrtError } from "./client/pjrt_error.ts";
import { stableHlo, type StableHloOptions } from "./stablehlo/mod.ts";

/** What a program that failed was made with. */
export type FailedOptions = StableHloOptions & { readonly disablePasses?: readonly string[] };

/**
 * The error of a graph's compile with the first op of it that fails alone, in a file of its own, named at
 * the end of the message. Other errors, and failures that no single op has, come back as they are.
 */
export function withSmallestFailure(
  error: unknown,
  graph: Graph,
  { client, options = {} }: { readonly client: PjrtClient; readonly options?: FailedOptions },
): unknown {
  if (!(error instanceof PjrtError) || error.call !== "Client_Compile") return error;
  // No part of it says more of a program that is too large.
  if (error.code === "out of memory") return error;
  const { disablePasses = [], ...written } = options;
  const text = smallestFailure(graph, (part) => stableHlo(part, written).text, (text) => {
    try {
      client.compileSync(text, { disablePasses, isProbe: true })[Symbol.dispose]();
      return false;
    } catch (failure) {
      if (failure instanceof PjrtError) return true;
      throw failure;
    }
  });
  const path = text === undefined ? undefined : client.keepFailed(text);
  if (path === undefined) return error;
  error.message += `; the smallest part of it that fails is in ${path}`;
  return error;
}

/** The text of the first op, as a program of its own, that fails. */
export function smallestFailure(
  { nodes }: Graph,
  textOf: (part: Graph) => string,
  fails: (text: string) => boolean,
): string | undefined {
  const tried = new Set<string>();
  for (const node of nodes) {
    if (node.kind !== "op") continue;
    const text = textOf(alone(node));
    if (tried.has(text)) continue;
    tried.add(text);
    if (fails(text)) return text;
  }
  return undefined;
}

/** A graph of one node: constants stay, what others made comes as an argument. */
function alone(node: Node): Graph {
  const given = node.inputs.map((value, i) =>
    value.node.kind === "constant" ? value : argument(value, i - node.inputs.length)
  );
  const outputs: Value[] = [];
  const copy: Node = { ...node, inputs: given, outputs };
  outputs.push(...node.outputs.map((value) => ({ ...value, node: copy })));
  return {
    nodes: [...new Set(given.map((value) => value.node)), copy],
    results: outputs,
    resultTypes: outputs.map(({ dtype }) => dtype),
    updates: [],
  };
}

// Its number is below zero, which no node of the graph has.
function argument({ shape, dtype }: Value, id: number): Value {
  const outputs: Value[] = [];
  const node: Node = {
    id,
    kind: "argument",
    op: `argument ${-id}`,
    attributes: new Map(),
    inputs: [],
    outputs,
  };
  const value = { node, index: 0, shape, dtype };
  outputs.push(value);
  return value;
}
