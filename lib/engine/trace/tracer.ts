import { calledAt, markCall } from "../caller.ts";
import { byteLength, type DType } from "../dtype.ts";
import { parseAttributes, type RawAttribute } from "./attributes.ts";
import { type Graph, type Node, type Update, type Value, withoutDeadNodes } from "./graph.ts";
import { GraphBuilder } from "./graph_builder.ts";

// Ids of tensors that exist stay far below.
const FIRST_SYMBOL = 2 ** 40;

// Tensors of at most this many bytes that a function reads from outside become constants of it.
const LARGEST_CONSTANT = 1024;

/** A tensor outside of the traced function, as its backend knows it. */
export interface OutsideTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The name of the variable that holds the tensor, if one does. */
  readonly variable?: string;
}

/** What the tracer asks of the backend whose kernels it listens to. */
export interface OutsideWorld {
  /** The facts of a tensor that exists. */
  describe(id: number): OutsideTensor;
  /** Its bytes. */
  read(id: number): Uint8Array;
  /** The element that all elements equal, where that is known without reading the tensor. */
  uniformElement(id: number): Uint8Array | undefined;
  /** An id of the same tensor that stays when the function's author disposes the tensor. */
  hold(id: number): number;
  /** Whether a tensor has a shape and a type, and no values. */
  isHollow(id: number): boolean;
  /** The type in which tensors of a type enter and leave compiled functions. */
  boundaryType(dtype: DType): DType;
}

/** What a symbol looks like to TF.js's kernels. */
export interface SymbolInfo {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: DType;
}

/** Whether an id stands for a tensor that exists only while a function is traced. */
export function isSymbol(id: number): boolean {
  return id >= FIRST_SYMBOL;
}

let nextSymbol = FIRST_SYMBOL;

/** Writes a graph down while TF.js's kernels run. */
export class Tracer {
  readonly #world: OutsideWorld;
  readonly #builder = new GraphBuilder();
  readonly #symbols = new Map<number, Value>();
  readonly #outside = new Map<number, Value>();

  /** Starts an empty graph. */
  constructor(world: OutsideWorld) {
    this.#world = world;
  }

  /** The tensors outside that the graph reads: captures, which are held, and state, by node. */
  readonly outsideIds: Map<Node, number> = new Map();

  /** Adds an argument of the function. */
  addArgument(name: string, shape: readonly number[], dtype: DType): SymbolInfo {
    const value = this.#builder.input("argument", name, shape, this.#world.boundaryType(dtype));
    return this.#symbol(this.#builder.cast(value, dtype));
  }

  /**
   * Adds an op.
   *
   * @throws {TypeError} If the op cannot stand in a graph, or its output's shape depends on data.
   * @throws {RangeError} If the inputs do not fit the op.
   */
  addOp(
    op: string,
    raw: readonly RawAttribute[],
    ids: readonly number[],
    count: number,
  ): SymbolInfo[] {
    const origin = markCall();
    const inputs = ids.map((id) => this.valueOf(id));
    try {
      const attributes = parseAttributes(raw);
      return this.#builder.op({ op, attributes, inputs, outputCount: count, origin })
        .map((output) => this.#symbol(output));
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      const shapes = inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(", ");
      error.message = `Cannot trace ${op}(${shapes}): ${error.message}${calledAt(origin)}`;
      throw error;
    }
  }

  /** The value behind an id, a tensor from outside included. */
  valueOf(id: number): Value {
    const known = this.#symbols.get(id) ?? this.#outside.get(id);
    if (known) return known;
    if (isSymbol(id)) {
      throw new TypeError("A tensor of another compiled function's trace was used in this one");
    }
    const value = this.#import(id);
    this.#outside.set(id, value);
    return value;
  }

  /** The node of a variable's state. */
  stateOf(id: number): Node {
    return this.valueOf(id).node;
  }

  /** What a symbol is, for messages. */
  nameOf(id: number): string {
    const value = this.#symbols.get(id);
    if (!value) return "unknown here";
    const { node, shape, dtype } = value;
    return `the ${dtype}[${shape}] that ${node.op} gives${calledAt(node.origin)}`;
  }

  /** Forgets an id that TF.js disposed; its node stays. */
  forget(id: number): void {
    this.#symbols.delete(id);
  }

  /**
   * The finished graph.
   *
   * @throws {TypeError} If a variable is given a value of another type.
   */
  finish(resultIds: readonly number[], updates: readonly (readonly [Node, number])[]): Graph {
    const results = resultIds.map((id) => this.valueOf(id));
    return withoutDeadNodes({
      nodes: this.#builder.nodes,
      results: results.map((value) =>
        this.#builder.cast(value, this.#world.boundaryType(value.dtype))
      ),
      resultTypes: results.map(({ dtype }) => dtype),
      updates: updates.map(([state, id]) => updateOf(state, this.valueOf(id))),
    });
  }

  #import(id: number): Value {
    const { shape, dtype, variable } = this.#world.describe(id);
    const isSmall = byteLength(shape, dtype) <= LARGEST_CONSTANT;
    if (variable === undefined && isSmall && !this.#world.isHollow(id)) {
      return this.#builder.constant(shape, dtype, this.#world.read(id));
    }
    const kind = variable === undefined ? "capture" : "state";
    const element = variable === undefined ? this.#world.uniformElement(id) : undefined;
    if (element) return this.#builder.fill(shape, dtype, element);
    if (variable !== undefined && this.#world.boundaryType(dtype) !== dtype) {
      throw new TypeError(
        `Variable '${variable}' of type ${dtype} cannot be part of a compiled function: hold it as ${
          this.#world.boundaryType(dtype)
        } and cast it inside`,
      );
    }
    const name = variable ?? `capture ${this.outsideIds.size}`;
    const value = this.#builder.input(kind, name, shape, this.#world.boundaryType(dtype));
    this.outsideIds.set(value.node, variable === undefined ? this.#world.hold(id) : id);
    return this.#builder.cast(value, dtype);
  }

  #symbol(value: Value): SymbolInfo {
    const id = nextSymbol++;
    this.#symbols.set(id, value);
    return { id, shape: [...value.shape], dtype: value.dtype };
  }
}

function updateOf(state: Node, value: Value): Update {
  const held = state.outputs[0]?.dtype;
  if (held === value.dtype) return { state, value };
  throw new TypeError(
    `Cannot assign ${value.dtype} to the variable '${state.op}', which is ${held}: cast it first` +
      calledAt(value.node.origin),
  );
}
