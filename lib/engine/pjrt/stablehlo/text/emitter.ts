import { type DType, sizeOf } from "../../../dtype.ts";
import { uniformElement } from "../../../host_data.ts";
import type { Node } from "../../../trace/graph.ts";
import { elementType, type TensorType, typeText } from "./element_type.ts";
import {
  elementLiterals,
  hexLiteral,
  isByteSized,
  nestedLiteral,
  numberLiteral,
} from "./literal.ts";

// Constants of at most this many elements are written element by element.
const LARGEST_INLINE = 16;

/** A tensor of the program, by its name in the text. */
export interface Operand extends TensorType {
  /** Its name, for example `%12`. */
  readonly name: string;
}

/** An operation with one result. */
export interface Operation {
  /** The operation and its operands, without the types. */
  readonly body: string;
  /** The types behind the colon; the result's own by default, which many operations want. */
  readonly types?: string;
  /** What it gives. */
  readonly result: TensorType;
}

/** Writes the body of a StableHLO function, line by line. */
export class Emitter {
  // Constants stand before all else: the first to need one may stand in an inner region.
  readonly #constantLines: string[] = [];
  readonly #constants = new Map<string, Operand>();
  readonly #lines: string[] = [];
  readonly #owners: (Node | undefined)[] = [];
  #count = 0;

  /** The node that is being written: lines are its own from now on. */
  owner: Node | undefined;

  /** The lines so far. */
  get lines(): readonly string[] {
    return [...this.#constantLines, ...this.#lines];
  }

  /** The node behind each line; constants, which many share, have none. */
  get owners(): readonly (Node | undefined)[] {
    return [...this.#constantLines.map(() => undefined), ...this.#owners];
  }

  /** A name that nothing else has. */
  freshName(): string {
    return `%${this.#count++}`;
  }

  /** Adds lines that name their results themselves. */
  line(...texts: readonly string[]): void {
    for (const text of texts) {
      this.#lines.push(text);
      this.#owners.push(this.owner);
    }
  }

  /** Adds an operation. */
  add(operation: Operation): Operand {
    this.#owners.push(this.owner);
    return this.#write(operation, this.#lines);
  }

  /** Names several results of one line: `%4:2`, and `%4#0`, `%4#1` for those who read them. */
  several(results: readonly TensorType[]): { readonly head: string; readonly operands: Operand[] } {
    const name = this.freshName();
    const one = results.length === 1;
    return {
      head: one ? name : `${name}:${results.length}`,
      operands: results.map(({ shape, dtype }, i) => ({
        name: one ? name : `${name}#${i}`,
        shape,
        dtype,
      })),
    };
  }

  /** A scalar constant. */
  scalar(value: number, dtype: DType): Operand {
    return this.literal(numberLiteral(value, dtype), { shape: [], dtype });
  }

  /** A tensor all of one number. */
  splat(value: number, type: TensorType): Operand {
    return this.#broadcast(this.scalar(value, type.dtype), type);
  }

  /** A constant in StableHLO's own spelling, the same one whenever it is asked for. */
  literal(text: string, type: TensorType): Operand {
    return this.#once(`stablehlo.constant dense<${text}>`, type);
  }

  /**
   * A constant of these bytes, row-major, little-endian.
   *
   * One element repeated is a scalar with a broadcast: compilers take long over large literals.
   */
  constant(data: Uint8Array, type: TensorType): Operand {
    const { shape, dtype } = type;
    const size = sizeOf(shape);
    if (size === 0) return this.literal("", type);
    const uniform = shape.length > 0 ? uniformElement(data, dtype) : undefined;
    if (uniform) return this.#broadcast(this.constant(uniform, { shape: [], dtype }), type);
    if (size <= LARGEST_INLINE) {
      return this.literal(nestedLiteral(elementLiterals(data, dtype), shape), type);
    }
    if (isByteSized(dtype)) return this.#hexConstant(data, type);
    // Compilers disagree about how many bits of a hexadecimal literal such an element takes.
    const carrier: DType = elementType(dtype).kind === "signed" ? "int8" : "uint8";
    const bytes = this.#hexConstant(data, { shape, dtype: carrier });
    const types = `(${typeText(bytes)}) -> ${typeText(type)}`;
    return this.add({ body: `stablehlo.convert ${bytes.name}`, types, result: type });
  }

  #hexConstant(data: Uint8Array, result: TensorType): Operand {
    const body = `stablehlo.constant dense<${hexLiteral(data)}>`;
    return this.#write({ body, result }, this.#constantLines);
  }

  #broadcast(scalar: Operand, type: TensorType): Operand {
    if (type.shape.length === 0) return scalar;
    const body = `stablehlo.broadcast_in_dim ${scalar.name}, dims = []`;
    return this.#once(body, type, `(${typeText(scalar)}) -> ${typeText(type)}`);
  }

  #once(body: string, result: TensorType, types?: string): Operand {
    const whole = `${body} : ${typeText(result)}`;
    let operand = this.#constants.get(whole);
    if (!operand) {
      const operation = { body, result, ...(types !== undefined && { types }) };
      operand = this.#write(operation, this.#constantLines);
      this.#constants.set(whole, operand);
    }
    return operand;
  }

  #write({ body, types, result }: Operation, lines: string[]): Operand {
    const name = this.freshName();
    lines.push(`${name} = ${body} : ${types ?? typeText(result)}`);
    return { name, shape: result.shape, dtype: result.dtype };
  }
}
