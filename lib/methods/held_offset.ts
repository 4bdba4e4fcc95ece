import { tf } from "../engine/tf.ts";
import type { Bound } from "../quant/grid.ts";
import { type ScaleFormat, snapOffset } from "./effective_scale.ts";

/**
 * An offset as files hold it. Files of 4-bit weights keep the value `m` of the lowest code, not the
 * real offset `b`: `ŵ = s (c - qn) + m`, so that `b = m - s qn`.
 */
export interface HeldOffset {
  /** What is added: `m`, or `b` itself where scales are not snapped. */
  readonly offset: tf.Tensor;
  /** What codes count from: `qn`, or nothing where scales are not snapped. */
  readonly zero?: tf.Tensor;
  /** The offset `b` that belongs to them, which the quantizer takes off first. */
  readonly b: tf.Tensor;
}

/** What decides how an offset is held. */
export interface HeldOffsetOptions {
  /** The scale that the forward pass uses. */
  readonly scale: tf.Tensor;
  readonly qn: Bound;
  readonly scaleFormat: ScaleFormat;
}

/** Snaps `m = b + s qn` to the format, straight-through: the gradient of `b` is that of `m`. */
export function heldOffset(b: tf.Tensor, options: HeldOffsetOptions): HeldOffset {
  const { scale, qn, scaleFormat } = options;
  if (scaleFormat === "float32") return heldParts(b, options);
  const offset = tf.customGrad((...args) => {
    const [input] = args as [tf.Tensor];
    return {
      value: snapOffset(tf.add(input, tf.mul(scale, qn)), scaleFormat),
      gradFunc: (dy: tf.Tensor) => tf.clone(dy),
    };
  })(b);
  return heldParts(offset, options);
}

/** The parts that belong to an offset already held: `m`, or `b` where scales are not snapped. */
export function heldParts(
  offset: tf.Tensor,
  { scale, qn, scaleFormat }: HeldOffsetOptions,
): HeldOffset {
  if (scaleFormat === "float32") return { offset, b: offset };
  const zero = typeof qn === "number" ? tf.scalar(qn) : qn;
  return { offset, zero: tf.reshape(zero, [1]), b: tf.sub(offset, tf.mul(scale, zero)) };
}
