import { intAttribute } from "../../../trace/shapes/rule.ts";
import { type Call, type Lowering, operand, result, single } from "../call.ts";
import type { Operand } from "../text/emitter.ts";
import { reshape, reverse, slice, type Span } from "../text/shaping.ts";

function plainSlice(call: Call): Operand {
  const begin = call.constant(1);
  const spans = result(call).shape.map((length, axis) => {
    const start = begin[axis] ?? 0;
    return { start, limit: start + length };
  });
  return slice(call.e, operand(call, 0), spans);
}

/** A slice with steps; where one is negative, its axis is turned first. */
function stridedSlice(call: Call): Operand {
  const { e } = call;
  const x = operand(call, 0);
  const strides = call.constant(3);
  const turned = x.shape.flatMap((_, axis) => (strides[axis] ?? 1) < 0 ? [axis] : []);
  return reshape(e, slice(e, reverse(e, x, turned), stridedSpans(call)), result(call).shape);
}

function stridedSpans(call: Call): Span[] {
  const [begin, strides] = [call.constant(1), call.constant(3)];
  const bit = (mask: string, axis: number) => (intAttribute(call, mask, 0) >> axis & 1) === 1;
  const lengths = [...result(call).shape];
  return operand(call, 0).shape.map((length, axis) => {
    // An axis that is taken away held the one element at `begin`.
    const single = bit("shrink_axis_mask", axis);
    const count = single ? 1 : lengths.shift() ?? 0;
    const step = single ? 1 : strides[axis] ?? 1;
    const start = !single && bit("begin_mask", axis)
      ? 0
      : step > 0
      ? clamp(begin[axis] ?? 0, length, [0, length])
      : length - 1 - clamp(begin[axis] ?? 0, length, [-1, length - 1]);
    const stride = Math.abs(step);
    return { start, limit: count === 0 ? start : start + (count - 1) * stride + 1, stride };
  });
}

// Negative places count from the end; those outside lie at the ends.
function clamp(
  place: number,
  length: number,
  [low, high]: readonly [low: number, high: number],
): number {
  return Math.min(Math.max(place < 0 ? place + length : place, low), high);
}

/** Ops that take a part. */
export const SLICING: ReadonlyMap<string, Lowering> = new Map([
  ["Slice", single(plainSlice)],
  ["StridedSlice", single(stridedSlice)],
]);
