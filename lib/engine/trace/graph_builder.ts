import { type DType, dtypeInfo } from "../dtype.ts";
import { viewAs } from "../host_data.ts";
import type { Attributes, Node, NodeKind, Value } from "./graph.ts";
import { resolveTypes } from "./resolve_types.ts";
import { inferShapes } from "./shapes/mod.ts";
import { opSignature } from "./signature.ts";

/** An op before its types and shapes are known. */
export interface OpRequest {
  readonly op: string;
  /** The attributes as TF.js gave them. */
  readonly attributes: Attributes;
  readonly inputs: readonly Value[];
  /** How many outputs the caller expects. */
  readonly outputCount: number;
  /** Where the function's author called the op. */
  readonly origin: Error;
}

/** Makes the nodes of a graph, with their types and shapes. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Value>();

  /** The nodes so far, each after its inputs. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Adds an input of the function. */
  input(kind: NodeKind, name: string, shape: readonly number[], dtype: DType): Value {
    return first(this.#node(kind, name, { outputs: [{ shape, dtype }] }));
  }

  /** The constant of these bytes; axes, shapes and factors come again and again. */
  constant(shape: readonly number[], dtype: DType, data: Uint8Array): Value {
    const key = `${dtype}[${shape}]${data}`;
    let value = this.#constants.get(key);
    if (!value) {
      const parts = { outputs: [{ shape, dtype }], data: data.slice() };
      this.#constants.set(key, value = first(this.#node("constant", "Const", parts)));
    }
    return value;
  }

  /** A tensor all of one element: TF.js fills gradients with ones and zeros. */
  fill(shape: readonly number[], dtype: DType, element: Uint8Array): Value {
    const lengths = new Uint8Array(Int32Array.from(shape).buffer);
    const inputs = [
      this.constant([shape.length], "int32", lengths),
      this.constant([], dtype, element),
    ];
    const attributes: Attributes = new Map([
      ["T", { kind: "type", value: dtype }],
      ["index_type", { kind: "type", value: "int32" }],
    ]);
    return first(this.#node("op", "Fill", { attributes, inputs, outputs: [{ shape, dtype }] }));
  }

  /** The same values in another type. */
  cast(input: Value, dtype: DType, origin?: Error): Value {
    if (input.dtype === dtype) return input;
    const attributes: Attributes = new Map([
      ["SrcT", { kind: "type", value: input.dtype }],
      ["DstT", { kind: "type", value: dtype }],
    ]);
    const outputs = [{ shape: input.shape, dtype }];
    const parts = { attributes, inputs: [input], outputs, ...(origin && { origin }) };
    return first(this.#node("op", "Cast", parts));
  }

  /**
   * Adds an op.
   *
   * @throws {TypeError} If the op cannot stand in a graph, or its output's shape depends on data.
   * @throws {RangeError} If the inputs do not fit the op.
   */
  op({ op, attributes: given, inputs, outputCount, origin }: OpRequest): readonly Value[] {
    const signature = opSignature(op);
    if (!signature) throw new TypeError("The op is not one that a compiled function can hold");
    const types = resolveTypes(signature, { attributes: given, inputs, outputCount });
    const { attributes } = types;
    const cast = inputs.map((input, i) => this.cast(input, types.inputs[i] ?? input.dtype, origin));
    const shapes = inferShapes({
      op,
      inputs: cast,
      attributes,
      outputCount,
      constant: (index) => constantValues(op, cast[index]),
    });
    const outputs = shapes.map((shape, i) => ({ shape, dtype: types.outputs[i] ?? "float32" }));
    return this.#node("op", op, { attributes, inputs: cast, outputs, origin }).outputs;
  }

  #node(kind: NodeKind, op: string, parts: NodeParts): Node {
    const { outputs, ...rest } = parts;
    const values: Value[] = [];
    const node: Node = {
      id: this.#nodes.length,
      kind,
      op,
      attributes: new Map(),
      inputs: [],
      outputs: values,
      ...rest,
    };
    values.push(...outputs.map((output, index) => ({ node, index, ...output })));
    this.#nodes.push(node);
    return node;
  }
}

interface NodeParts {
  readonly attributes?: Attributes;
  readonly inputs?: readonly Value[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[];
  readonly data?: Uint8Array;
  readonly origin?: Error;
}

function first(node: Node): Value {
  const [value] = node.outputs;
  if (!value) throw new Error(`Node ${node.op} has no output`);
  return value;
}

function constantValues(op: string, input: Value | undefined): number[] {
  if (input?.node.data === undefined) {
    const source = input ? `what ${input.node.op} computes` : "missing";
    throw new TypeError(`${op} needs this input as a constant, and it is ${source}`);
  }
  if (dtypeInfo(input.dtype).face !== "int32" && input.dtype !== "float32") {
    throw new TypeError(`${op} needs a numeric constant: current type is ${input.dtype}`);
  }
  return Array.from(viewAs(input.node.data, input.dtype), Number);
}
