import { sizeOf } from "../../../dtype.ts";
import { boolAttribute } from "../../../trace/shapes/rule.ts";
import { axesOf, type Call, type Lowering, operand, result, single } from "../call.ts";
import { binary, convert } from "../text/arithmetic.ts";
import { sumType } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { type Fold, reduce } from "../text/folding.ts";
import { highestLiteral, lowestLiteral } from "../text/literal.ts";
import { reshape } from "../text/shaping.ts";

/** Folds the axes of input 1 away, or to length 1 where `keep_dims` says so. */
function fold(call: Call, x: Operand, { operation, start }: Fold): Operand {
  const folded = reduce(call.e, x, { operation, start, axes: axesOf(call, 1) });
  return boolAttribute(call, "keep_dims") ? reshape(call.e, folded, result(call).shape) : folded;
}

/** Many narrow numbers are added and multiplied in 32 bits. */
function wideFold(call: Call, operation: "add" | "multiply"): Operand {
  const x = operand(call, 0);
  const wide = convert(call.e, x, sumType(x.dtype));
  const start = call.e.scalar(operation === "add" ? 0 : 1, wide.dtype);
  return fold(call, wide, { operation, start });
}

function sum(call: Call): Operand {
  return convert(call.e, wideFold(call, "add"), result(call).dtype);
}

function product(call: Call): Operand {
  return convert(call.e, wideFold(call, "multiply"), result(call).dtype);
}

/** The mean; that of integers is cut towards zero. */
function mean(call: Call): Operand {
  const total = wideFold(call, "add");
  const count = sizeOf(operand(call, 0).shape) / Math.max(1, sizeOf(total.shape));
  const quotient = binary(call.e, "divide", [total, call.e.splat(count, total)]);
  return convert(call.e, quotient, result(call).dtype);
}

function extremum(operation: "maximum" | "minimum"): Lowering {
  return single((call) => {
    const x = operand(call, 0);
    const text = operation === "maximum" ? lowestLiteral(x.dtype) : highestLiteral(x.dtype);
    const start = call.e.literal(text, { shape: [], dtype: x.dtype });
    return fold(call, x, { operation, start });
  });
}

function truth(operation: "and" | "or"): Lowering {
  return single((call) => {
    const start = call.e.scalar(operation === "and" ? 1 : 0, "bool");
    return fold(call, operand(call, 0), { operation, start });
  });
}

/** Ops that fold axes. */
export const REDUCTIONS: ReadonlyMap<string, Lowering> = new Map([
  ["All", truth("and")],
  ["Any", truth("or")],
  ["Max", extremum("maximum")],
  ["Mean", single(mean)],
  ["Min", extremum("minimum")],
  ["Prod", single(product)],
  ["Sum", single(sum)],
]);
