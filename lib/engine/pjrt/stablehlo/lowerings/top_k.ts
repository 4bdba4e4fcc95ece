import { type Call, type Lowering, operand, result } from "../call.ts";
import { compareNumber, convert, select } from "../text/arithmetic.ts";
import { isFloat, typeText } from "../text/element_type.ts";
import type { Emitter, Operand } from "../text/emitter.ts";
import { iota, sliceAxis } from "../text/shaping.ts";

/** The highest elements of the last axis, from the highest on, with their places; the first of equal ones first. */
function topK(call: Call): Operand[] {
  const { e } = call;
  const x = operand(call, 0);
  const axis = x.shape.length - 1;
  const places = iota(e, { shape: x.shape, dtype: "int32" }, axis);
  const { head, operands: [values, indices] } = e.several([x, places]);
  const types = [x, places].map(({ dtype }) => typeText({ shape: [], dtype }));
  const [a, b, i, j] = [e.freshName(), e.freshName(), e.freshName(), e.freshName()];
  e.line(
    `${head} = "stablehlo.sort"(${x.name}, ${places.name}) <{` +
      `dimension = ${axis} : i64, is_stable = true}> ({`,
    `^bb0(${a}: ${types[0]}, ${b}: ${types[0]}, ${i}: ${types[1]}, ${j}: ${types[1]}):`,
  );
  const scalar = (name: string): Operand => ({ name, shape: [], dtype: x.dtype });
  const before = isBefore(e, scalar(a), scalar(b));
  const sorted = `(${typeText(x)}, ${typeText(places)})`;
  e.line(`stablehlo.return ${before} : tensor<i1>`, `}) : ${sorted} -> ${sorted}`);
  const limit = result(call).shape.at(-1) ?? 0;
  const first = (sortedTensor: Operand) => sliceAxis(e, sortedTensor, { axis, start: 0, limit });
  return [first(values ?? x), convert(e, first(indices ?? places), result(call, 1).dtype)];
}

// A sort needs an order that holds NaN, too; in the total one -0 lies below 0, and here it is equal.
function isBefore(e: Emitter, a: Operand, b: Operand): string {
  const total = isFloat(a.dtype);
  const [left, right] = total ? [withoutNegativeZero(e, a), withoutNegativeZero(e, b)] : [a, b];
  return e.add({
    body: `stablehlo.compare GT, ${left.name}, ${right.name}${total ? ", TOTALORDER" : ""}`,
    types: `(${typeText(left)}, ${typeText(right)}) -> tensor<i1>`,
    result: { shape: [], dtype: "bool" },
  }).name;
}

function withoutNegativeZero(e: Emitter, x: Operand): Operand {
  return select(e, compareNumber(e, "EQ", [x, 0]), [e.scalar(0, x.dtype), x]);
}

/** Ops that sort. */
export const TOP_K: ReadonlyMap<string, Lowering> = new Map([["TopKV2", topK]]);
