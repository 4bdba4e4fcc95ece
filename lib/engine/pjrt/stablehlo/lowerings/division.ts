import { type Call, type Lowering, pair, single } from "../call.ts";
import { binary, compare, compareNumber, select, unary, withNumber } from "../text/arithmetic.ts";
import { isFloat, isSigned } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { broadcastTo } from "../text/shaping.ts";
import { broadcast } from "../../../trace/shapes/rule.ts";

/** The operands in their common shape. */
function full(call: Call): [Operand, Operand] {
  const [x, y] = pair(call);
  const shape = broadcast(x.shape, y.shape);
  return [broadcastTo(call.e, x, shape), broadcastTo(call.e, y, shape)];
}

/** The remainder of a division towards zero, and where that is one off the one towards -infinity. */
function remainder({ e }: Call, [x, y]: readonly [Operand, Operand]) {
  const value = binary(e, "remainder", [x, y]);
  const opposite = compare(e, "NE", [
    compareNumber(e, "LT", [value, 0]),
    compareNumber(e, "LT", [y, 0]),
  ]);
  const off = binary(e, "and", [compareNumber(e, "NE", [value, 0]), opposite]);
  return { value, off };
}

/** `floor(x / y)`. */
function floorDivide(call: Call): Operand {
  const { e } = call;
  const [x, y] = full(call);
  const quotient = binary(e, "divide", [x, y]);
  if (isFloat(x.dtype)) return unary(e, "floor", quotient);
  if (!isSigned(x.dtype)) return quotient;
  const { off } = remainder(call, [x, y]);
  return select(e, off, [withNumber(e, "subtract", [quotient, 1]), quotient]);
}

/** `x - y floor(x / y)`: the sign is that of `y`. */
function floorModulo(call: Call): Operand {
  const [x, y] = full(call);
  const { value, off } = remainder(call, [x, y]);
  return select(call.e, off, [binary(call.e, "add", [value, y]), value]);
}

/** `x / y`, and 0 where `y` is 0. */
function divideNoNan(call: Call): Operand {
  const { e } = call;
  const [x, y] = full(call);
  return select(e, compareNumber(e, "EQ", [y, 0]), [e.splat(0, x), binary(e, "divide", [x, y])]);
}

/** Divisions with conditions of their own. */
export const DIVISION: ReadonlyMap<string, Lowering> = new Map([
  ["DivNoNan", single(divideNoNan)],
  ["FloorDiv", single(floorDivide)],
  ["FloorMod", single(floorModulo)],
]);
