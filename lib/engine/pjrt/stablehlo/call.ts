import { calledAt } from "../../caller.ts";
import type { Attribute, Node } from "../../trace/graph.ts";
import { axisFromFront, type ShapeQuery } from "../../trace/shapes/rule.ts";
import type { TensorType } from "./text/element_type.ts";
import type { Emitter, Operand } from "./text/emitter.ts";

/** An op that is being lowered. */
export interface Call extends ShapeQuery {
  /** What writes the program. */
  readonly e: Emitter;
  /** The inputs as the program has them. */
  readonly operands: readonly Operand[];
  /** What the op must give. */
  readonly results: readonly TensorType[];
}

/** Writes an op in StableHLO and tells what holds its outputs. */
export type Lowering = (call: Call) => readonly Operand[];

/** A lowering of an op with one output. */
export function single(lower: (call: Call) => Operand): Lowering {
  return (call) => [lower(call)];
}

/** An operand that the op always has. */
export function operand({ op, operands }: Call, index: number): Operand {
  const found = operands[index];
  if (!found) throw new RangeError(`${op} has no input ${index}`);
  return found;
}

/** The first two operands. */
export function pair(call: Call): readonly [Operand, Operand] {
  return [operand(call, 0), operand(call, 1)];
}

/** What output an op must give. */
export function result({ op, results }: Call, index = 0): TensorType {
  const found = results[index];
  if (!found) throw new RangeError(`${op} has no output ${index}`);
  return found;
}

/** The axes that a constant input lists, from the front and in order, each once. */
export function axesOf(call: Call, input: number): number[] {
  const rank = operand(call, 0).shape.length;
  const axes = call.constant(input).map((axis) => axisFromFront(axis, rank));
  return [...new Set(axes)].toSorted((a, b) => a - b);
}

/** A floating attribute, or the value that TensorFlow takes when it is missing. */
export function floatAttribute({ attributes }: Call, name: string, otherwise: number): number {
  const attribute = attributes.get(name);
  return attribute?.kind === "float" || attribute?.kind === "int" ? attribute.value : otherwise;
}

/** A text attribute, empty when missing. */
export function textAttribute({ attributes }: Call, name: string): string {
  const attribute = attributes.get(name);
  return attribute?.kind === "string" ? attribute.value : "";
}

/** What a node is, for messages: op, inputs, attributes, and where it was called. */
export function describeNode({ op, inputs, attributes, origin }: Node): string {
  const types = inputs.map(({ dtype, shape }) => `${dtype}[${shape}]`).join(", ");
  const settings = [...attributes].map(([name, attribute]) => `${name} = ${show(attribute)}`);
  const braces = settings.length > 0 ? ` {${settings.join(", ")}}` : "";
  return `${op}(${types})${braces}${calledAt(origin)}`;
}

function show({ value }: Attribute): string {
  return Array.isArray(value) ? `[${value}]` : String(value);
}
