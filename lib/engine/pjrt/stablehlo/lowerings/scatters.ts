import { sizeOf } from "../../../dtype.ts";
import { type Call, type Lowering, operand, pair, result, single } from "../call.ts";
import { binary } from "../text/arithmetic.ts";
import { typeText } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { reshape } from "../text/shaping.ts";

/** What is put where; an index outside of the tensor puts nothing. */
interface Scatter {
  /** What lies there before. */
  readonly onto: Operand;
  /** Index vectors along the last axis. */
  readonly indices: Operand;
  /** The index's axes but the last, then what each puts. */
  readonly updates: Operand;
  /** Whether what is put is added to what lies there, or takes its place. */
  readonly adds: boolean;
}

function scatter({ e }: Call, { onto, indices, updates, adds }: Scatter): Operand {
  const vector = indices.shape.length - 1;
  const chosen = Array.from({ length: indices.shape[vector] ?? 0 }, (_, axis) => axis);
  const windows = updates.shape.flatMap((_, axis) => axis >= vector ? [axis] : []);
  const name = e.freshName();
  const type = { shape: [], dtype: onto.dtype };
  const [before, update] = [e.freshName(), e.freshName()];
  e.line(
    `${name} = "stablehlo.scatter"(${onto.name}, ${indices.name}, ${updates.name}) <{` +
      `scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [${windows}], ` +
      `inserted_window_dims = [${chosen}], scatter_dims_to_operand_dims = [${chosen}], ` +
      `index_vector_dim = ${vector}>}> ({`,
    `^bb0(${before}: ${typeText(type)}, ${update}: ${typeText(type)}):`,
  );
  const after = adds
    ? binary(e, "add", [{ name: before, ...type }, { name: update, ...type }]).name
    : update;
  e.line(
    `stablehlo.return ${after} : ${typeText(type)}`,
    `}) : (${typeText(onto)}, ${typeText(indices)}, ${typeText(updates)}) -> ${typeText(onto)}`,
  );
  return { name, shape: onto.shape, dtype: onto.dtype };
}

function scatterNd(call: Call): Operand {
  const [indices, updates] = pair(call);
  const onto = call.e.splat(0, result(call));
  return scatter(call, { onto, indices, updates, adds: true });
}

function scatterUpdate(call: Call): Operand {
  const [onto, indices] = pair(call);
  return scatter(call, { onto, indices, updates: operand(call, 2), adds: false });
}

/** The sum of the rows of each segment. */
function segmentSum(call: Call): Operand {
  const [updates, segments] = pair(call);
  const indices = reshape(call.e, segments, [...segments.shape, 1]);
  return scatter(call, { onto: call.e.splat(0, result(call)), indices, updates, adds: true });
}

/** How often each number is there, or the sum of its weights where there are weights. */
function binCount(call: Call): Operand {
  const { e } = call;
  const [numbers, weights] = [operand(call, 0), operand(call, 2)];
  const type = result(call);
  const length = sizeOf(numbers.shape);
  const updates = sizeOf(weights.shape) === 0
    ? e.splat(1, { shape: [length], dtype: type.dtype })
    : reshape(e, weights, [length]);
  const indices = reshape(e, numbers, [length, 1]);
  return scatter(call, { onto: e.splat(0, type), indices, updates, adds: true });
}

/** Ops that put by index. */
export const SCATTERS: ReadonlyMap<string, Lowering> = new Map([
  ["Bincount", single(binCount)],
  ["ScatterNd", single(scatterNd)],
  ["TensorScatterUpdate", single(scatterUpdate)],
  ["UnsortedSegmentSum", single(segmentSum)],
]);
