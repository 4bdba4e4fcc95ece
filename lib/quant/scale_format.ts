/**
 * Scales and offsets that files can hold.
 *
 * The forward pass sees each of them rounded to a format, straight through, so that a file of that
 * format holds exactly what was trained; masters stay float32.
 *
 * - `float32`: as they are.
 * - `fp16`: 11 significant bits between `2^-14` and 65504.
 * - `portable`: 8 significant bits between `2^-14` and 65280. A product with a code of up to 4 bits
 *   needs at most 11, so `code s` is exact in float16 while it does not overflow.
 *
 * Subnormal float16 numbers are left out, because programs differ in what they make of them.
 *
 * @module
 */
import { cast } from "../engine/ops/cast.ts";
import { tf } from "../engine/tf.ts";
import { clamp } from "./clip.ts";
import { SCALE_FLOOR } from "./positive_scale.ts";

/** The names of the formats. */
export const SCALE_FORMATS = ["float32", "fp16", "portable"] as const;

/** A format of scales and offsets. */
export type ScaleFormat = typeof SCALE_FORMATS[number];

// bfloat16 has the significant bits that a portable number may have, and a larger range.
const HELD_IN = { fp16: "float16", portable: "bfloat16" } as const;

const MIN_EXPONENT = -14;
const MAX_EXPONENT = 15;

/** Significant bits of a format, 24 for float32. */
export function significantBits(format: ScaleFormat): number {
  return { float32: 24, fp16: 11, portable: 8 }[format];
}

/** The smallest positive scale of a format; the floor that `positiveScale` takes for it. */
export function scaleFloor(format: ScaleFormat): number {
  return format === "float32" ? SCALE_FLOOR : 2 ** MIN_EXPONENT;
}

/** The largest value of a format. */
export function largestOf(format: ScaleFormat): number {
  if (format === "float32") return (2 - 2 ** -23) * 2 ** 127;
  return (2 - 2 ** (1 - significantBits(format))) * 2 ** MAX_EXPONENT;
}

/**
 * The nearest value of the format, ties to even; `ds = dy`.
 *
 * Zero and negative numbers are kept, as offsets need them: what is smaller than `2^-14` becomes 0 or
 * `2^-14`, and what is too large the largest. Scales are to go through `positiveScale` before.
 */
export function snapScale<T extends tf.Tensor>(s: T, format: ScaleFormat): T {
  if (format === "float32") return s;
  return tf.customGrad((...args) => {
    const [input] = args as unknown as [T];
    return { value: snapped(input, format), gradFunc: (dy: tf.Tensor) => tf.clone(dy) };
  })(s) as T;
}

function snapped<T extends tf.Tensor>(s: T, format: keyof typeof HELD_IN): T {
  const smallest = scaleFloor(format);
  const limit = largestOf(format);
  const held = clamp(s, { qn: -limit, qp: limit });
  // XLA keeps this cast and back, because TensorFlow states the loss of precision on its own.
  const normal = cast(cast(held, HELD_IN[format]), "float32") as T;
  const nearZero = tf.mul(tf.round(tf.div(held, smallest)), smallest);
  return tf.where(tf.less(tf.abs(held), smallest), nearZero, normal) as T;
}
