/**
 * Operations of StableHLO that move elements without computing.
 *
 * @module
 */
import { type TensorType, typeText } from "./element_type.ts";
import type { Emitter, Operand } from "./emitter.ts";

/** Repeats a tensor to a shape that it broadcasts to, as TensorFlow does: trailing axes meet. */
export function broadcastTo(e: Emitter, x: Operand, shape: readonly number[]): Operand {
  if (isSameShape(x.shape, shape)) return x;
  const added = shape.length - x.shape.length;
  return broadcastAlong(e, x, { shape, axes: x.shape.map((_, axis) => added + axis) });
}

/** Repeats a tensor to a shape; `axes` says where each of its axes goes. */
export function broadcastAlong(
  e: Emitter,
  x: Operand,
  { shape, axes }: { readonly shape: readonly number[]; readonly axes: readonly number[] },
): Operand {
  const body = `stablehlo.broadcast_in_dim ${x.name}, dims = [${axes.join(", ")}]`;
  return moved(e, x, { body, shape });
}

/** The same elements in another shape. */
export function reshape(e: Emitter, x: Operand, shape: readonly number[]): Operand {
  if (isSameShape(x.shape, shape)) return x;
  return moved(e, x, { body: `stablehlo.reshape ${x.name}`, shape });
}

/** The axes in another order. */
export function transpose(e: Emitter, x: Operand, order: readonly number[]): Operand {
  if (order.every((axis, i) => axis === i)) return x;
  const shape = order.map((axis) => x.shape[axis] ?? 1);
  return moved(e, x, {
    body: `stablehlo.transpose ${x.name}, dims = [${order.join(", ")}]`,
    shape,
  });
}

/** The part of one axis that a slice takes. */
export interface Span {
  readonly start: number;
  /** The first index behind it. */
  readonly limit: number;
  /** At least 1. */
  readonly stride?: number;
}

/** A part of a tensor, one span an axis. */
export function slice(e: Emitter, x: Operand, spans: readonly Span[]): Operand {
  const whole = spans.every(({ start, limit, stride = 1 }, axis) =>
    start === 0 && limit === x.shape[axis] && stride === 1
  );
  if (whole) return x;
  const texts = spans.map(({ start, limit, stride = 1 }) =>
    stride === 1 ? `${start}:${limit}` : `${start}:${limit}:${stride}`
  );
  const shape = spans.map(({ start, limit, stride = 1 }) => Math.ceil((limit - start) / stride));
  return moved(e, x, { body: `stablehlo.slice ${x.name} [${texts.join(", ")}]`, shape });
}

/** A part of a tensor along one axis. */
export function sliceAxis(
  e: Emitter,
  x: Operand,
  { axis, ...span }: Span & { readonly axis: number },
): Operand {
  return slice(e, x, x.shape.map((limit, k) => k === axis ? span : { start: 0, limit }));
}

/** Elements added around a tensor; a negative number takes some away. */
export interface Padding {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** A scalar, what the new elements are. */
  readonly value: Operand;
}

/** A tensor with elements around it. */
export function pad(e: Emitter, x: Operand, { low, high, value }: Padding): Operand {
  const shape = x.shape.map((length, axis) => length + (low[axis] ?? 0) + (high[axis] ?? 0));
  const result = { shape, dtype: x.dtype };
  const interior = x.shape.map(() => 0).join(", ");
  return e.add({
    body: `stablehlo.pad ${x.name}, ${value.name}, low = [${low.join(", ")}], ` +
      `high = [${high.join(", ")}], interior = [${interior}]`,
    types: `(${typeText(x)}, ${typeText(value)}) -> ${typeText(result)}`,
    result,
  });
}

/** Tensors behind one another along an axis. */
export function concatenate(e: Emitter, parts: readonly Operand[], axis: number): Operand {
  const [first] = parts;
  if (!first) throw new RangeError("Needs at least one tensor to concatenate");
  if (parts.length === 1) return first;
  const total = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const shape = first.shape.map((length, k) => k === axis ? total : length);
  const result = { shape, dtype: first.dtype };
  return e.add({
    body: `stablehlo.concatenate ${parts.map(({ name }) => name).join(", ")}, dim = ${axis}`,
    types: `(${parts.map(typeText).join(", ")}) -> ${typeText(result)}`,
    result,
  });
}

/** A tensor with some axes from back to front. */
export function reverse(e: Emitter, x: Operand, axes: readonly number[]): Operand {
  if (axes.length === 0) return x;
  return e.add({ body: `stablehlo.reverse ${x.name}, dims = [${axes.join(", ")}]`, result: x });
}

/** The index of each element along an axis. */
export function iota(e: Emitter, result: TensorType, axis: number): Operand {
  return e.add({ body: `stablehlo.iota dim = ${axis}`, result });
}

/** Whether two shapes are the same. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

function moved(
  e: Emitter,
  x: Operand,
  { body, shape }: { readonly body: string; readonly shape: readonly number[] },
): Operand {
  const result = { shape, dtype: x.dtype };
  return e.add({ body, types: `(${typeText(x)}) -> ${typeText(result)}`, result });
}
