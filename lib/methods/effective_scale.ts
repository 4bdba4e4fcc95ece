import { tf } from "../engine/tf.ts";
import { positiveScale } from "../quant/positive_scale.ts";
import { scaleFloor, type ScaleFormat, significantBits, snapScale } from "../quant/scale_format.ts";

export { SCALE_FORMATS, type ScaleFormat } from "../quant/scale_format.ts";

/**
 * A scale as the forward pass sees it: at least the format's floor, then rounded to the format.
 *
 * The gradient passes both straight through, so that a scale that training drove to the floor or
 * below comes back when the loss asks for it.
 */
export function effectiveScale<T extends tf.Tensor>(s: T, format: ScaleFormat): T {
  return snapScale(positiveScale(s, scaleFloor(format)), format);
}

/** An offset as the forward pass sees it. */
export function snapOffset<T extends tf.Tensor>(offset: T, format: ScaleFormat): T {
  // The value of a grid's end needs no short products: float16's own precision holds more of it.
  return snapScale(offset, format === "portable" ? "fp16" : format);
}

/** The largest offset of the format that is not above the one given; no gradient. */
export function lowerOffset(offset: tf.Tensor, format: ScaleFormat): tf.Tensor {
  if (format === "float32") return tf.clone(offset);
  return tf.tidy(() => {
    const nearest = snapOffset(offset, format);
    const size = tf.abs(nearest);
    // From half a unit in the last place to a whole one; about zero there is nothing below the floor.
    const little = tf.where(
      tf.lessEqual(size, scaleFloor("fp16")),
      tf.fill(size.shape, 0.51 * scaleFloor("fp16")),
      tf.mul(size, 1.01 * 2 ** -significantBits("fp16")),
    );
    const below = snapOffset(tf.sub(nearest, little), format);
    return tf.where(tf.lessEqual(nearest, offset), nearest, below);
  });
}

/** The smallest scale of the format that is not below the one given; no gradient. */
export function raiseScale(s: tf.Tensor, format: ScaleFormat): tf.Tensor {
  return tf.tidy(() => {
    // From half a unit in the last place to a whole one, so that rounding goes to the next number.
    const little = 1 + 1.01 * 2 ** -significantBits(format);
    if (format === "float32") return tf.mul(s, little);
    const nearest = effectiveScale(s, format);
    const above = effectiveScale(tf.mul(nearest, little), format);
    return tf.where(tf.greaterEqual(nearest, s), nearest, above);
  });
}
