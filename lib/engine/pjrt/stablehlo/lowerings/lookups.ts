import { axisFromFront, intAttribute } from "../../../trace/shapes/rule.ts";
import { type Call, type Lowering, operand, pair, result, single } from "../call.ts";
import { compare, convert, select } from "../text/arithmetic.ts";
import { elementType, typeText } from "../text/element_type.ts";
import type { Emitter, Operand } from "../text/emitter.ts";
import { broadcastAlong, broadcastTo, iota } from "../text/shaping.ts";

/** Where a gather takes its slices from and puts them; an index beyond the end takes the last. */
interface GatherPlan {
  /** Axes of the result that come from the slices. */
  readonly offset: readonly number[];
  /** Axes of the tensor that the indices choose, and that the result has not. */
  readonly chosen: readonly number[];
  /** The number of leading axes that tensor and indices share. */
  readonly batch: number;
  /** The axis of the indices that holds one index vector, or their rank for single numbers. */
  readonly vector: number;
  /** The result's shape. */
  readonly shape: readonly number[];
}

function gather(
  e: Emitter,
  [x, indices]: readonly [Operand, Operand],
  { offset, chosen, batch, vector, shape }: GatherPlan,
): Operand {
  const result = { shape, dtype: x.dtype };
  const shared = Array.from({ length: batch }, (_, axis) => axis);
  const batching = batch === 0
    ? ""
    : `operand_batching_dims = [${shared}], start_indices_batching_dims = [${shared}], `;
  const sizes = x.shape.map((length, axis) => axis < batch || chosen.includes(axis) ? 1 : length);
  return e.add({
    body: `"stablehlo.gather"(${x.name}, ${indices.name}) <{dimension_numbers = ` +
      `#stablehlo.gather<offset_dims = [${offset}], collapsed_slice_dims = [${chosen}], ` +
      `${batching}start_index_map = [${chosen}], index_vector_dim = ${vector}>, ` +
      `slice_sizes = array<i64${sizes.length > 0 ? ": " : ""}${sizes}>}>`,
    types: `(${typeText(x)}, ${typeText(indices)}) -> ${typeText(result)}`,
    result,
  });
}

/** Rows of a tensor by their places along an axis. */
function gatherAxis(call: Call): Operand {
  const [x, indices] = pair(call);
  const axis = axisFromFront(call.constant(2)[0] ?? 0, x.shape.length);
  const batch = intAttribute(call, "batch_dims", 0);
  const { shape } = result(call);
  const behind = axis + indices.shape.length - batch;
  const offset = shape.flatMap((_, k) => (k >= batch && k < axis) || k >= behind ? [k] : []);
  const vector = indices.shape.length;
  return gather(call.e, [x, indices], { offset, chosen: [axis], batch, vector, shape });
}

/** Parts of a tensor by the places along its first axes that the last axis of the indices lists. */
function gatherVectors(call: Call): Operand {
  const [x, indices] = pair(call);
  const { shape } = result(call);
  const vector = indices.shape.length - 1;
  const chosen = Array.from({ length: indices.shape[vector] ?? 0 }, (_, axis) => axis);
  const offset = shape.flatMap((_, k) => k >= vector ? [k] : []);
  return gather(call.e, [x, indices], { offset, chosen, batch: 0, vector, shape });
}

/** `on` where the place along an axis is the index, `off` elsewhere. */
function oneHot(call: Call): Operand {
  const { e } = call;
  const { shape } = result(call);
  const axis = axisFromFront(intAttribute(call, "axis", -1), shape.length);
  const given = operand(call, 0);
  // Places beyond 127 must not meet small indices again.
  const indices = elementType(given.dtype).bits < 32 ? convert(e, given, "int32") : given;
  const axes = shape.flatMap((_, k) => k === axis ? [] : [k]);
  const places = iota(e, { shape, dtype: indices.dtype }, axis);
  const hit = compare(e, "EQ", [broadcastAlong(e, indices, { shape, axes }), places]);
  const [on, off] = [operand(call, 2), operand(call, 3)].map((x) => broadcastTo(e, x, shape)) as [
    Operand,
    Operand,
  ];
  return select(e, hit, [on, off]);
}

/** Ops that look up by index. */
export const LOOKUPS: ReadonlyMap<string, Lowering> = new Map([
  ["GatherNd", single(gatherVectors)],
  ["GatherV2", single(gatherAxis)],
  ["OneHot", single(oneHot)],
]);
