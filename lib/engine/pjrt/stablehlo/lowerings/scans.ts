import { axisFromFront, boolAttribute } from "../../../trace/shapes/rule.ts";
import { type Call, type Lowering, operand, single } from "../call.ts";
import { convert } from "../text/arithmetic.ts";
import { sumType } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { scan } from "../text/folding.ts";
import { pad } from "../text/shaping.ts";

/** Sums or products of all elements up to each along an axis, narrow ones in 32 bits. */
function cumulative(operation: "add" | "multiply"): Lowering {
  return single((call) => {
    const { e } = call;
    const x = operand(call, 0);
    const wide = convert(e, x, sumType(x.dtype));
    const axis = axisFromFront(call.constant(1)[0] ?? 0, x.shape.length);
    const start = e.scalar(operation === "add" ? 0 : 1, wide.dtype);
    const backwards = boolAttribute(call, "reverse");
    const moved = boolAttribute(call, "exclusive")
      ? shift(call, wide, { axis, start, backwards })
      : wide;
    return convert(e, scan(e, moved, { operation, start, axis, backwards }), x.dtype);
  });
}

// Without its own element, each sum is that of the neighbour before.
function shift(
  { e }: Call,
  x: Operand,
  options: { readonly axis: number; readonly start: Operand; readonly backwards: boolean },
): Operand {
  const step = options.backwards ? -1 : 1;
  const along = (amount: number) => x.shape.map((_, k) => k === options.axis ? amount : 0);
  return pad(e, x, { low: along(step), high: along(-step), value: options.start });
}

/** Cumulative sums and products. */
export const SCANS: ReadonlyMap<string, Lowering> = new Map([
  ["Cumprod", cumulative("multiply")],
  ["Cumsum", cumulative("add")],
]);
