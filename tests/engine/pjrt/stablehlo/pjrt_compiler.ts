import type { Compiler, Executable } from "../../../../lib/engine/compiler.ts";
import { cast, dtypeOf } from "../../../../lib/engine/mod.ts";
import { dtypeInfo } from "../../../../lib/engine/dtype.ts";
import type { PjrtClient } from "../../../../lib/engine/pjrt/client/client.ts";
import {
  stableHlo,
  type StableHloOptions,
  type StableHloProgram,
  type TensorType,
} from "../../../../lib/engine/pjrt/stablehlo/mod.ts";
import type { Graph, Node, Value } from "../../../../lib/engine/trace/graph.ts";
import { tf } from "../../../../lib/engine/tf.ts";
import { decodeValues, encodeValues } from "./host_values.ts";

/** Options of {@linkcode pjrtCompiler}. */
export interface PjrtCompilerOptions {
  readonly client: PjrtClient;
  readonly stableHlo?: StableHloOptions;
  /** Sees each program before it is compiled. */
  readonly onProgram?: (program: StableHloProgram, graph: Graph) => void;
}

/**
 * A compiler that traces as TensorFlow's and runs through StableHLO: TensorFlow keeps tensors and
 * variables, and their values travel to the device and back at every call.
 */
export function pjrtCompiler(tensorflow: Compiler, options: PjrtCompilerOptions): Compiler {
  return {
    get tracing() {
      return tensorflow.tracing;
    },
    startTrace: (variables) => tensorflow.startTrace(variables),
    endTrace: () => tensorflow.endTrace(),
    wrap: (id) => tensorflow.wrap(id),
    share: (tensor) => tensorflow.share(tensor),
    idsOf: (tensors) => tensorflow.idsOf(tensors),
    dtypeOf: (tensor) => tensorflow.dtypeOf(tensor),
    release: (id) => tensorflow.release(id),
    lower: (graph, { name }) => lower(tensorflow, graph, { ...options, name }),
  };
}

function lower(
  tensorflow: Compiler,
  graph: Graph,
  { client, name, ...options }: PjrtCompilerOptions & { name: string },
): Executable {
  const program = stableHlo(graph, options.stableHlo);
  options.onProgram?.(program, graph);
  const executable = client.compileSync(program.text, { signature: program.inputs });
  const assign = graph.updates.length === 0
    ? undefined
    : tensorflow.lower(assigningGraph(graph), { name, mode: "graph" });
  const stateNodes = graph.nodes.filter(({ kind }) => kind === "state");
  return {
    run: ({ inputs, state }) => {
      const buffers = [...inputs, ...state].map((id, i) => {
        const type = typeAt(program.inputs, i);
        return client.toDevice(bytesOf(tensorflow, id, type), type.dtype, type.shape);
      });
      const donated = program.aliases.map(({ input }) => input);
      const outputs = executable.run(buffers, donated).map((buffer, i) => {
        const type = typeAt(program.outputs, i);
        const tensor = tensorOf(buffer.read(), type);
        buffer[Symbol.dispose]();
        return tensor;
      });
      buffers.forEach((buffer) => buffer[Symbol.dispose]());
      const results = outputs.slice(0, graph.results.length);
      const updates = outputs.slice(graph.results.length);
      const changed = graph.updates.map(({ state: node }) => state[stateNodes.indexOf(node)] ?? -1);
      assign?.run({ inputs: tensorflow.idsOf(updates), state: changed });
      tf.dispose(updates);
      return results.map((tensor, i) => asTold(tensor, graph.resultTypes[i]));
    },
    dispose: () => {
      executable[Symbol.dispose]();
      assign?.dispose();
    },
  };
}

// Results leave a graph in the type in which they can cross its border, and may have a narrower one.
function asTold(tensor: tf.Tensor, dtype: Graph["resultTypes"][number] | undefined): tf.Tensor {
  if (dtype === undefined || dtypeOf(tensor) === dtype) return tensor;
  const narrow = cast(tensor, dtype);
  tensor.dispose();
  return narrow;
}

/** Writes one argument into each state variable that a graph updates. */
function assigningGraph(graph: Graph): Graph {
  const pairs = graph.updates.map(({ state }, i) => {
    const [value] = state.outputs;
    const { shape, dtype } = value as Value;
    const argument = inputNode({ id: 2 * i, kind: "argument", op: `new ${i}` }, { shape, dtype });
    const variable = inputNode({ id: 2 * i + 1, kind: "state", op: state.op }, { shape, dtype });
    return { argument, variable };
  });
  return {
    nodes: pairs.flatMap(({ argument, variable }) => [argument, variable]),
    results: [],
    resultTypes: [],
    updates: pairs.map(({ argument, variable }) => ({
      state: variable,
      value: argument.outputs[0] as Value,
    })),
  };
}

function inputNode(head: Pick<Node, "id" | "kind" | "op">, type: TensorType): Node {
  const outputs: Value[] = [];
  const node: Node = { ...head, attributes: new Map(), inputs: [], outputs };
  outputs.push({ node, index: 0, ...type });
  return node;
}

function typeAt(types: readonly TensorType[], index: number): TensorType {
  const type = types[index];
  if (!type) throw new RangeError(`There is no tensor ${index}`);
  return type;
}

function bytesOf(tensorflow: Compiler, id: number, { dtype }: TensorType): Uint8Array {
  // A wrapper that is disposed takes the tensor with it, so this one stays.
  const held = tf.keep(tensorflow.wrap(id));
  const shared = tensorflow.share(held);
  try {
    return encodeValues(shared.dataSync() as ArrayLike<number>, dtype);
  } finally {
    shared.dispose();
  }
}

function tensorOf(bytes: Uint8Array<ArrayBuffer>, { dtype, shape }: TensorType): tf.Tensor {
  const { face } = dtypeInfo(dtype);
  const values = decodeValues(bytes, dtype);
  const tensor = tf.tensor(values, [...shape], face as "float32" | "int32" | "bool");
  if (dtypeOf(tensor) === dtype) return tensor;
  const own = cast(tensor, dtype);
  tensor.dispose();
  return own;
}
