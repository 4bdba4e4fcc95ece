import type { DType } from "../../dtype.ts";
import { viewAs } from "../../host_data.ts";
import type { Node, Value } from "../../trace/graph.ts";
import { type Call, describeNode } from "./call.ts";
import { LOWERINGS } from "./lowerings/mod.ts";
import { convert } from "./text/arithmetic.ts";
import type { TensorType } from "./text/element_type.ts";
import { Emitter, type Operand } from "./text/emitter.ts";

/** Writes a graph's nodes one after the other. */
export class GraphBody {
  readonly #e = new Emitter();
  readonly #operands = new Map<Value, Operand>();
  readonly #sixteenBit: DType;

  /** Starts an empty body; bfloat16 tensors become `sixteenBit`. */
  constructor(sixteenBit: DType) {
    this.#sixteenBit = sixteenBit;
  }

  /** The lines so far. */
  get lines(): readonly string[] {
    return this.#e.lines;
  }

  /** The node behind each line. */
  get owners(): readonly (Node | undefined)[] {
    return this.#e.owners;
  }

  /** Names an input of the function and tells its type. */
  input({ op, outputs: [value] }: Node, name: string): TensorType {
    if (!value) throw new Error(`Input '${op}' has no output`);
    const type = this.#typeOf(value);
    this.#operands.set(value, { name, ...type });
    return type;
  }

  /**
   * Writes a constant or an op; inputs are there already.
   *
   * @throws {TypeError} If the op has no lowering, or needs an input as a constant that is computed.
   */
  node(node: Node): void {
    this.#e.owner = node;
    if (node.kind === "constant") this.#constant(node);
    else if (node.kind === "op") this.#op(node);
  }

  /** What holds a value. */
  operandOf(value: Value): Operand {
    const operand = this.#operands.get(value);
    if (!operand) throw new Error(`The output of ${value.node.op} is read before it is made`);
    return operand;
  }

  #constant({ outputs: [value], data = new Uint8Array() }: Node): void {
    if (!value) return;
    const { shape, dtype } = value;
    const wanted = this.#typeOf(value).dtype;
    this.#operands.set(
      value,
      wanted === dtype
        ? this.#e.constant(data, { shape, dtype })
        : convert(this.#e, this.#e.constant(widened(data), { shape, dtype: "float32" }), wanted),
    );
  }

  #op(node: Node): void {
    const lowering = LOWERINGS.get(node.op);
    if (!lowering) throw new TypeError(`StableHLO has no words for ${describeNode(node)}`);
    try {
      const results = lowering(this.#call(node));
      node.outputs.forEach((value, i) => {
        const operand = results[i];
        if (!operand) throw new TypeError(`output ${i} was not written`);
        this.#operands.set(value, operand);
      });
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      error.message = `Cannot write ${describeNode(node)} in StableHLO: ${error.message}`;
      throw error;
    }
  }

  #call({ op, inputs, attributes, outputs }: Node): Call {
    return {
      op,
      inputs,
      attributes,
      outputCount: outputs.length,
      constant: (index) => constantOf(inputs[index], index),
      e: this.#e,
      operands: inputs.map((value) => this.operandOf(value)),
      results: outputs.map((value) => this.#typeOf(value)),
    };
  }

  #typeOf({ shape, dtype }: Value): TensorType {
    return { shape, dtype: dtype === "bfloat16" ? this.#sixteenBit : dtype };
  }
}

function constantOf(input: Value | undefined, index: number): number[] {
  if (input?.node.data) return Array.from(viewAs(input.node.data, input.dtype), Number);
  throw new TypeError(
    `input ${index} must be a constant, and ${
      input ? `${input.node.op} computes it` : "is missing"
    }`,
  );
}

// A bfloat16 is the upper half of a float32.
function widened(data: Uint8Array): Uint8Array {
  const words = new Uint16Array(data.byteLength);
  new Uint16Array(data.slice().buffer).forEach((half, i) => words[2 * i + 1] = half);
  return new Uint8Array(words.buffer);
}
