import type { Attributes, Value } from "../graph.ts";

/** A shape, all lengths known. */
export type Shape = readonly number[];

/** What a shape rule may look at. */
export interface ShapeQuery {
  /** TensorFlow's name of the op. */
  readonly op: string;
  /** The inputs. */
  readonly inputs: readonly Value[];
  /** The attributes. */
  readonly attributes: Attributes;
  /** How many outputs the caller expects. */
  readonly outputCount: number;
  /**
   * The values of an integer input that must be a constant.
   *
   * @throws {TypeError} If it is computed.
   */
  constant(index: number): number[];
}

/** Gives the shapes of an op's outputs. */
export type ShapeRule = (query: ShapeQuery) => readonly Shape[];

/** The shape of an input. */
export function shapeOf(query: ShapeQuery, index: number): Shape {
  const input = query.inputs[index];
  if (!input) throw new RangeError(`${query.op} has no input ${index}`);
  return input.shape;
}

/** An integer attribute, or the value that TensorFlow takes when it is missing. */
export function intAttribute(query: ShapeQuery, name: string, otherwise: number): number {
  const attribute = query.attributes.get(name);
  return attribute?.kind === "int" ? attribute.value : otherwise;
}

/** A boolean attribute, `false` when missing. */
export function boolAttribute(query: ShapeQuery, name: string): boolean {
  const attribute = query.attributes.get(name);
  return attribute?.kind === "bool" && attribute.value;
}

/**
 * An axis counted from the front.
 *
 * @throws {RangeError} If the tensor has no such axis.
 */
export function axisFromFront(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (front < 0 || front >= rank) {
    throw new RangeError(`Axis ${axis} does not exist in a tensor of rank ${rank}`);
  }
  return front;
}

/**
 * The shape that two shapes broadcast to.
 *
 * @throws {RangeError} If they do not.
 */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => {
    const left = a[k - rank + a.length] ?? 1;
    const right = b[k - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`Shapes [${a}] and [${b}] do not broadcast`);
    }
    return left === 1 ? right : left;
  });
}
