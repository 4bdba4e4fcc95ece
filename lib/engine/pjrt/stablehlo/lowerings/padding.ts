import { type Call, type Lowering, operand, single, textAttribute } from "../call.ts";
import type { Operand } from "../text/emitter.ts";
import { concatenate, pad, reverse, sliceAxis } from "../text/shaping.ts";

/** What input 1 says, before and behind each axis. */
function paddings(call: Call): { low: number[]; high: number[] } {
  const pairs = call.constant(1);
  const every = (first: number) => pairs.filter((_, i) => i % 2 === first);
  return { low: every(0), high: every(1) };
}

function padWithValue(call: Call): Operand {
  return pad(call.e, operand(call, 0), { ...paddings(call), value: operand(call, 2) });
}

/** What lies inside an edge, mirrored outside of it; `SYMMETRIC` repeats the edge itself. */
function mirrorPad(call: Call): Operand {
  const { e } = call;
  const { low, high } = paddings(call);
  const inset = textAttribute(call, "mode") === "SYMMETRIC" ? 0 : 1;
  return operand(call, 0).shape.reduce((x, length, axis) => {
    const mirrored = (start: number, count: number) =>
      count === 0
        ? []
        : [reverse(e, sliceAxis(e, x, { axis, start, limit: start + count }), [axis])];
    const [before, behind] = [low[axis] ?? 0, high[axis] ?? 0];
    const parts = [
      ...mirrored(inset, before),
      x,
      ...mirrored(length - inset - behind, behind),
    ];
    return concatenate(e, parts, axis);
  }, operand(call, 0));
}

/** Ops that add elements around a tensor. */
export const PADDING: ReadonlyMap<string, Lowering> = new Map([
  ["MirrorPad", single(mirrorPad)],
  ["PadV2", single(padWithValue)],
]);
