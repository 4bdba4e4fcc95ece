import { calledAt, markCall } from "../caller.ts";
import type { TensorFacts } from "../kernels/kernel_binding.ts";
import { parseAttributes, type RawAttribute } from "../trace/attributes.ts";
import type { Graph } from "../trace/graph.ts";
import { GraphBuilder } from "../trace/graph_builder.ts";

/** An operand of an eager op. */
export interface Operand extends TensorFacts {
  /** The values, where the op's shapes or layout hang on them. */
  readonly values?: Uint8Array;
}

/** A call of an eager op. */
export interface OpCall {
  readonly op: string;
  readonly attributes: readonly RawAttribute[];
  readonly operands: readonly Operand[];
  /** How many outputs the caller expects. */
  readonly count: number;
}

/** A text that is the same for calls that one program serves. */
export function keyOf({ op, attributes, operands, count }: OpCall): string {
  const given = attributes.map(({ name, value }) => `${name}=${value}`);
  const taken = operands.map(({ dtype, shape, values }) => `${dtype}[${shape}]${values ?? ""}`);
  return [op, count, ...given, ...taken].join(";");
}

/**
 * The graph of one op: operands with values are constants of it, the others its arguments.
 *
 * @throws {TypeError} If the op cannot stand in a graph, or its output's shape depends on data.
 * @throws {RangeError} If the operands do not fit the op.
 */
export function opGraph({ op, attributes, operands, count }: OpCall): Graph {
  const origin = markCall();
  const builder = new GraphBuilder();
  const inputs = operands.map(({ shape, dtype, values }, i) =>
    values
      ? builder.constant(shape, dtype, values)
      : builder.input("argument", `argument ${i}`, shape, dtype)
  );
  try {
    const parsed = parseAttributes(attributes);
    const results = builder.op({ op, attributes: parsed, inputs, outputCount: count, origin });
    return {
      nodes: builder.nodes,
      results,
      resultTypes: results.map(({ dtype }) => dtype),
      updates: [],
    };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const shapes = operands.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(", ");
    error.message = `Cannot run ${op}(${shapes}): ${error.message}${calledAt(origin)}`;
    throw error;
  }
}
