import { sizeOf } from "../../../dtype.ts";
import { axisFromFront, intAttribute } from "../../../trace/shapes/rule.ts";
import { axesOf, type Call, type Lowering, operand, result, single } from "../call.ts";
import { compare, select } from "../text/arithmetic.ts";
import type { Operand } from "../text/emitter.ts";
import {
  broadcastAlong,
  broadcastTo,
  concatenate,
  iota,
  reshape,
  reverse,
  sliceAxis,
  transpose,
} from "../text/shaping.ts";

const toResultShape: Lowering = single((call) =>
  reshape(call.e, operand(call, 0), result(call).shape)
);

function reorder(call: Call): Operand {
  const x = operand(call, 0);
  const order = call.constant(1).map((axis) => axisFromFront(axis, x.shape.length));
  return transpose(call.e, x, order);
}

function concat(call: Call): Operand {
  const parts = call.operands.slice(0, -1);
  const rank = result(call).shape.length;
  return concatenate(call.e, parts, axisFromFront(call.constant(parts.length)[0] ?? 0, rank));
}

function pack(call: Call): Operand {
  const { shape } = result(call);
  const axis = axisFromFront(intAttribute(call, "axis", 0), shape.length);
  const row = shape.map((length, k) => k === axis ? 1 : length);
  return concatenate(call.e, call.operands.map((x) => reshape(call.e, x, row)), axis);
}

function unpack(call: Call): Operand[] {
  const x = operand(call, 0);
  const axis = axisFromFront(intAttribute(call, "axis", 0), x.shape.length);
  return call.results.map(({ shape }, i) =>
    reshape(call.e, sliceAxis(call.e, x, { axis, start: i, limit: i + 1 }), shape)
  );
}

function split(call: Call): Operand[] {
  const x = operand(call, 0);
  const axis = axisFromFront(call.constant(2)[0] ?? 0, x.shape.length);
  let start = 0;
  return call.results.map(({ shape }) => {
    const limit = start + (shape[axis] ?? 0);
    const part = sliceAxis(call.e, x, { axis, start, limit });
    start = limit;
    return part;
  });
}

/** Each axis becomes two, the copies outside; a reshape joins them. */
function tile(call: Call): Operand {
  const x = operand(call, 0);
  const repeats = call.constant(1);
  const shape = x.shape.flatMap((length, axis) => [repeats[axis] ?? 1, length]);
  const axes = x.shape.map((_, axis) => 2 * axis + 1);
  return reshape(call.e, broadcastAlong(call.e, x, { shape, axes }), result(call).shape);
}

/** The elements on the diagonal of a tensor of twice the rank, zeros beside it. */
function diagonal(call: Call): Operand {
  const { e } = call;
  const x = operand(call, 0);
  const size = sizeOf(x.shape);
  const square = { shape: [size, size], dtype: x.dtype };
  const places = { ...square, dtype: "int32" as const };
  const on = compare(e, "EQ", [iota(e, places, 0), iota(e, places, 1)]);
  const rows = broadcastAlong(e, reshape(e, x, [size]), { ...square, axes: [0] });
  return reshape(e, select(e, on, [rows, e.splat(0, square)]), result(call).shape);
}

/** Ops that move whole axes. */
export const LAYOUT: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  [
    "BroadcastTo",
    single((call) => broadcastTo(call.e, operand(call, 0), result(call).shape)),
  ],
  ["ConcatV2", single(concat)],
  ["Diag", single(diagonal)],
  ["ExpandDims", toResultShape],
  ["Pack", single(pack)],
  ["Reshape", toResultShape],
  ["ReverseV2", single((call) => reverse(call.e, operand(call, 0), axesOf(call, 1)))],
  ["SplitV", split],
  ["Tile", single(tile)],
  ["Transpose", single(reorder)],
  ["Unpack", unpack],
]);
