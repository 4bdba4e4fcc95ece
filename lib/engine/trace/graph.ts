/**
 * The engine's own graph of a traced function: TensorFlow's op vocabulary, nobody's handles.
 *
 * A graph is written down once by the tracer and then lowered: to a TensorFlow function, or to
 * any other compiler's input.
 *
 * @module
 */
import type { DType } from "../dtype.ts";

/** The value of a node's attribute. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "type"; readonly value: DType }
  | { readonly kind: "types"; readonly value: readonly DType[] }
  | { readonly kind: "shape"; readonly value: readonly number[] };

/** Attributes by name. */
export type Attributes = ReadonlyMap<string, Attribute>;

/** One tensor of the graph: an output of a node. */
export interface Value {
  /** The node that makes it. */
  readonly node: Node;
  /** Which of the node's outputs it is. */
  readonly index: number;
  /** Its shape, always known. */
  readonly shape: readonly number[];
  /** Its real element type. */
  readonly dtype: DType;
}

/** What a node is: an op, a constant, or one of the function's inputs. */
export type NodeKind = "op" | "constant" | "argument" | "capture" | "state";

/** A node of the graph. */
export interface Node {
  /** A number that no other node of the graph has; inputs have smaller ones. */
  readonly id: number;
  /** What it is. */
  readonly kind: NodeKind;
  /** TensorFlow's op name; for inputs the name of the input. */
  readonly op: string;
  /** The attributes, types already those of the real inputs. */
  readonly attributes: Attributes;
  /** The inputs. */
  readonly inputs: readonly Value[];
  /** The outputs. */
  readonly outputs: readonly Value[];
  /** A constant's bytes, row-major, little-endian. */
  readonly data?: Uint8Array;
  /** Where the function's author called the op; its stack is read only for messages. */
  readonly origin?: Error;
}

/** A state variable that the function writes. */
export interface Update {
  /** The variable's node, of kind `state`. */
  readonly state: Node;
  /** The value after the call. */
  readonly value: Value;
}

/** A traced function. */
export interface Graph {
  /** Every node, inputs first met first, each after its inputs. */
  readonly nodes: readonly Node[];
  /** The results, in order, each in the type in which it leaves. */
  readonly results: readonly Value[];
  /** The types that the results have for the caller. */
  readonly resultTypes: readonly DType[];
  /** The state variables that change. */
  readonly updates: readonly Update[];
}

/** The nodes of one kind, in order. */
export function nodesOfKind(graph: Graph, kind: NodeKind): readonly Node[] {
  return graph.nodes.filter((node) => node.kind === kind);
}

/** The graph without the nodes that neither a result nor an update needs; arguments stay. */
export function withoutDeadNodes(graph: Graph): Graph {
  const alive = new Set<Node>(graph.updates.map(({ state }) => state));
  for (const { node } of [...graph.results, ...graph.updates.map(({ value }) => value)]) {
    alive.add(node);
  }
  for (const node of graph.nodes.toReversed()) {
    if (alive.has(node)) node.inputs.forEach((input) => alive.add(input.node));
  }
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => alive.has(node) || node.kind === "argument"),
  };
}
