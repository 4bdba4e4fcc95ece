import { cast } from "../../engine/ops/cast.ts";
import { tf } from "../../engine/tf.ts";
import { clamp } from "../clip.ts";
import type { Grid } from "../grid.ts";
import type { Phi } from "./phi.ts";

/**
 * Fixed point Qb.(8-b): `b` bits before the point, `8-b` behind it, in an int8 (LR-QAT, equation 7).
 *
 * About 1 in 2^(9-b) values then lies exactly on a tie, which rounding half to even decides.
 */
export const fixedPoint: Phi = {
  name: "fixed",
  store: (xOI, grid) => fixedPointCodes(xOI, grid),
  load: (stored, { bits, multiplier = 2 ** (8 - bits) }) =>
    tf.tidy(() => tf.div(cast(stored, "float32") as tf.Tensor2D, multiplier)),
};

/** `int8(round(2^(8-b) clip(x, Qn, Qp)))` for a tensor of any shape and a signed grid. */
export function fixedPointCodes(x: tf.Tensor, grid: Grid): tf.Tensor {
  return tf.tidy(() => cast(tf.round(tf.mul(clamp(x, grid), 2 ** (8 - grid.bits))), "int8"));
}
