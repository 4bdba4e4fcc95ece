import type { Graph, Node, Value } from "../trace/graph.ts";

/** What will run a function. */
export interface RewriteTarget {
  /** XLA, or TensorFlow's executor. */
  readonly mode: "xla" | "graph";
  /** Whether it runs on the CPU. */
  readonly cpu: boolean;
}

type Parts = Pick<Node, "kind" | "op"> & Partial<Pick<Node, "data">> & {
  readonly inputs: readonly Value[];
};

/**
 * The same graph with ops that the target has, or compiles faster.
 *
 * - TensorFlow's executor has no optimization barrier.
 * - XLA's bridge takes some ten milliseconds for every `Select` and `Sqrt` of a graph, and none for
 *   `SelectV2` and `Pow`. Where nothing broadcasts, `SelectV2` is the same; `x^0.5` becomes the
 *   processor's square root again, and differs from it only for -0 and -infinity.
 */
export function rewrite(graph: Graph, { mode, cpu }: RewriteTarget): Graph {
  const nodes: Node[] = [];
  const values = new Map<Value, Value>();
  const add = (from: Node, parts: Parts): Node => {
    const outputs: Value[] = [];
    const node: Node = { ...from, ...parts, id: nodes.length, outputs };
    outputs.push(...from.outputs.map((value) => ({ ...value, node })));
    nodes.push(node);
    return node;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => values.get(value) ?? value);
    let parts: Parts = { kind: node.kind, op: node.op, inputs };
    if (mode === "graph" && node.op === "XlaOptimizationBarrier") {
      parts = { ...parts, op: "IdentityN" };
    }
    if (mode === "xla" && node.op === "Select" && isAlike(inputs)) {
      parts = { ...parts, op: "SelectV2" };
    }
    if (mode === "xla" && cpu && node.op === "Sqrt" && inputs[0]?.dtype === "float32") {
      const half = add(scalar(node), { kind: "constant", op: "Const", inputs: [], data: HALF });
      parts = { ...parts, op: "Pow", inputs: [...inputs, ...half.outputs] };
    }
    const made = add(node, parts);
    node.outputs.forEach((value, i) => values.set(value, made.outputs[i] ?? value));
  }
  const moved = (value: Value) => values.get(value) ?? value;
  return {
    ...graph,
    nodes,
    results: graph.results.map(moved),
    updates: graph.updates.map(({ state, value }) => ({
      state: state.outputs.map(moved)[0]?.node ?? state,
      value: moved(value),
    })),
  };
}

const HALF = new Uint8Array(Float32Array.of(0.5).buffer);

// A node that gives a scalar where the given one gives a tensor.
function scalar(node: Node): Node {
  return {
    ...node,
    attributes: new Map(),
    outputs: node.outputs.map((value) => ({ ...value, shape: [] })),
  };
}

function isAlike(values: readonly Value[]): boolean {
  return values.every(({ shape }) => `${shape}` === `${values[0]?.shape}`);
}
