import { type Call, type Lowering, operand, result, single } from "../call.ts";
import { binary, compareNumber, select, withNumber } from "../text/arithmetic.ts";
import type { Operand } from "../text/emitter.ts";
import { broadcastTo, iota } from "../text/shaping.ts";

/** `start, start + delta, ...` */
function range(call: Call): Operand {
  const { e } = call;
  const [start = 0, , delta = 1] = [0, 1, 2].map((input) => call.constant(input)[0]);
  const steps = withNumber(e, "multiply", [iota(e, result(call), 0), delta]);
  return withNumber(e, "add", [steps, start]);
}

/** Evenly spaced numbers of which the last is exactly `stop`. */
function linSpace(call: Call): Operand {
  const { e } = call;
  const [start, stop] = [operand(call, 0), operand(call, 1)];
  const type = result(call);
  const last = (type.shape[0] ?? 1) - 1;
  if (last === 0) return broadcastTo(e, start, type.shape);
  const step = withNumber(e, "divide", [binary(e, "subtract", [stop, start]), last]);
  const places = iota(e, type, 0);
  const along = binary(e, "add", [start, binary(e, "multiply", [step, places])]);
  const atEnd = compareNumber(e, "EQ", [places, last]);
  return select(e, atEnd, [broadcastTo(e, stop, type.shape), along]);
}

/** Ops that make tensors. */
export const SOURCES: ReadonlyMap<string, Lowering> = new Map([
  ["Fill", single((call) => broadcastTo(call.e, operand(call, 1), result(call).shape))],
  ["LinSpace", single(linSpace)],
  ["OnesLike", single((call) => call.e.splat(1, result(call)))],
  ["Range", single(range)],
  ["ZerosLike", single((call) => call.e.splat(0, result(call)))],
]);
