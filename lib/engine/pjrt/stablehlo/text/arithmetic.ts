/**
 * Operations of StableHLO that compute element by element.
 *
 * @module
 */
import type { DType } from "../../../dtype.ts";
import { broadcast } from "../../../trace/shapes/rule.ts";
import { typeText } from "./element_type.ts";
import type { Emitter, Operand } from "./emitter.ts";
import { broadcastTo } from "./shaping.ts";

/** How two elements are compared. */
export type Comparison = "EQ" | "NE" | "LT" | "LE" | "GT" | "GE";

/** An operation of one tensor that keeps its shape and type, for example `negate`. */
export function unary(e: Emitter, operation: string, x: Operand): Operand {
  return e.add({ body: `stablehlo.${operation} ${x.name}`, result: x });
}

/** A function of the CHLO dialect, which every plugin expands into StableHLO's own. */
export function clientFunction(e: Emitter, operation: string, x: Operand): Operand {
  const types = `${typeText(x)} -> ${typeText(x)}`;
  return e.add({ body: `chlo.${operation} ${x.name}`, types, result: x });
}

/** An operation of two tensors of one type that broadcast, for example `add`. */
export function binary(
  e: Emitter,
  operation: string,
  [x, y]: readonly [Operand, Operand],
): Operand {
  const shape = broadcast(x.shape, y.shape);
  const [left, right] = [broadcastTo(e, x, shape), broadcastTo(e, y, shape)];
  const result = { shape, dtype: x.dtype };
  return e.add({ body: `stablehlo.${operation} ${left.name}, ${right.name}`, result });
}

/** The same with a number in the place of the second tensor. */
export function withNumber(
  e: Emitter,
  operation: string,
  [x, y]: readonly [Operand, number],
): Operand {
  return binary(e, operation, [x, e.splat(y, x)]);
}

/** Compares two tensors that broadcast. */
export function compare(
  e: Emitter,
  direction: Comparison,
  [x, y]: readonly [Operand, Operand],
): Operand {
  const shape = broadcast(x.shape, y.shape);
  const [left, right] = [broadcastTo(e, x, shape), broadcastTo(e, y, shape)];
  const result = { shape, dtype: "bool" as const };
  return e.add({
    body: `stablehlo.compare ${direction}, ${left.name}, ${right.name}`,
    types: `(${typeText(left)}, ${typeText(right)}) -> ${typeText(result)}`,
    result,
  });
}

/** Compares a tensor with a number. */
export function compareNumber(
  e: Emitter,
  direction: Comparison,
  [x, y]: readonly [Operand, number],
): Operand {
  return compare(e, direction, [x, e.splat(y, x)]);
}

/** `condition ? x : y`; the condition is a scalar or has the shape of both. */
export function select(
  e: Emitter,
  condition: Operand,
  [x, y]: readonly [Operand, Operand],
): Operand {
  const body = `stablehlo.select ${condition.name}, ${x.name}, ${y.name}`;
  return e.add({ body, types: `${typeText(condition)}, ${typeText(x)}`, result: x });
}

/** The same values in another type; what does not fit it is as the compiler has it. */
export function convert(e: Emitter, x: Operand, dtype: DType): Operand {
  if (x.dtype === dtype) return x;
  if (x.dtype === "complex64" && dtype !== "bool") return convert(e, realPart(e, x), dtype);
  if (dtype === "bool") return compareNumber(e, "NE", [x, 0]);
  const result = { shape: x.shape, dtype };
  const types = `(${typeText(x)}) -> ${typeText(result)}`;
  return e.add({ body: `stablehlo.convert ${x.name}`, types, result });
}

/** The real part of a complex tensor. */
export function realPart(e: Emitter, x: Operand): Operand {
  return complexPart(e, "real", x);
}

/** `real`, `imag` or `abs` of a complex tensor. */
export function complexPart(e: Emitter, operation: "real" | "imag" | "abs", x: Operand): Operand {
  const result = { shape: x.shape, dtype: "float32" as const };
  const types = `(${typeText(x)}) -> ${typeText(result)}`;
  return e.add({ body: `stablehlo.${operation} ${x.name}`, types, result });
}
