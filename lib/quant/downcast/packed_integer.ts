import { tf } from "../../engine/tf.ts";
import { clamp } from "../clip.ts";
import { packCodes, unpackCodes } from "../packing/device.ts";
import type { Phi } from "./phi.ts";

/** `clip(round(x), Qn, Qp)` as packed codes: what a deployed model holds, and nothing behind the point. */
export const packedInteger: Phi = {
  name: "int",
  store: (xOI, grid) => tf.tidy(() => packCodes(clamp(tf.round(xOI), grid), grid.bits)),
  load: (stored, { bits, inputs }) =>
    tf.tidy(() => tf.cast(unpackCodes(stored, { bits, inputs, signed: true }), "float32")),
};
