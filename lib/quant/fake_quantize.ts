/**
 * Quantization that stays in floating point: weights brought to a grid and back, with gradients for
 * weights, scales and offsets.
 *
 * Weights are `[O, I]`; scales, zero-points and offsets have the shape that `scaleShape` gives. The
 * gradients are written out: composed from elementary operations they are differences of large sums,
 * and an offset's gradient of exactly 0 comes out as noise that Adam turns into full steps. Nothing
 * but inputs is kept for the backward pass. Scales must be positive: see `positiveScale`.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { clamp, isInside, whereInside } from "./clip.ts";
import { besideGroups, joinGroups, splitLike } from "./granularity.ts";
import type { Bounds } from "./grid.ts";
import { quotient } from "./quotient.ts";

/** What quantizes weights without an offset, besides the scale. */
export interface AffineOptions extends Bounds {
  /** Integer zero-points in the scale's shape, held constant; none means 0. */
  readonly zero?: tf.Tensor;
}

/** A learned scale and a learned real offset, of the same shape. */
export interface ScaleAndOffset {
  readonly scale: tf.Tensor;
  readonly offset: tf.Tensor;
}

/**
 * `clip(round(x/s) + z, qn, qp)`, as floats; no gradient.
 */
export function affineCodes(xOI: tf.Tensor, scale: tf.Tensor, options: AffineOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const x = splitLike(xOI, scale.shape);
    return joinGroups(quantizeAffine(x, besideGroups(scale), options).codes, xOI.shape);
  });
}

/**
 * Affine fake quantization: `y = s (clip(round(x/s) + z, qn, qp) - z)`; symmetric without `zero`.
 *
 * With `M` where `qn <= round(x/s) + z <= qp`: `dx = dy M`, and `ds` is the group's sum of
 * `dy (round(x/s) - x/s)` where `M`, else of `dy (qn - z)` or `dy (qp - z)`.
 *
 * @throws {RangeError} If the scale's shape does not fit the weights.
 */
export function fakeQuantizeAffine(
  xOI: tf.Tensor,
  scale: tf.Tensor,
  options: AffineOptions,
): tf.Tensor2D {
  return tf.customGrad((...args) => {
    const [input, s, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const x = splitLike(input, s.shape);
    const sBeside = besideGroups(s);
    const { steps } = quantizeAffine(x, sBeside, options);
    save([input, s]);
    return {
      value: joinGroups(tf.mul(sBeside, steps), input.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [input, s] = saved as [tf.Tensor, tf.Tensor];
        const g = splitLike(dy, s.shape);
        const { ratio, inside, steps } = quantizeAffine(
          splitLike(input, s.shape),
          besideGroups(s),
          options,
        );
        const slope = tf.sub(steps, whereInside(ratio, inside));
        return [
          joinGroups(whereInside(g, inside), input.shape),
          tf.reshape(tf.sum(tf.mul(g, slope), -1), s.shape),
        ];
      },
    };
  })(xOI, scale) as tf.Tensor2D;
}

/**
 * `round(clip((x-b)/s, qn, qp))`, as floats; no gradient.
 */
export function offsetCodes(
  xOI: tf.Tensor,
  { scale, offset }: ScaleAndOffset,
  bounds: Bounds,
): tf.Tensor2D {
  return tf.tidy(() => {
    const x = splitLike(xOI, scale.shape);
    const ratio = offsetRatio(x, scale, offset);
    return joinGroups(tf.round(clamp(ratio, bounds)), xOI.shape);
  });
}

/**
 * Fake quantization with a learned real offset (LSQ+, L4Q): `w = (x-b)/s`,
 * `y = s round(clip(w, qn, qp)) + b`.
 *
 * With `M` where `qn <= w <= qp`: `dx = dy M`; `ds` is the group's sum of `dy (round(w) - w)` where
 * `M`, else of `dy qn` or `dy qp`; `db` is the sum of `dy` where not `M`, exactly 0 if nothing is
 * clipped.
 *
 * @throws {RangeError} If the shapes do not fit.
 */
export function fakeQuantizeOffset(
  xOI: tf.Tensor,
  { scale, offset }: ScaleAndOffset,
  bounds: Bounds,
): tf.Tensor2D {
  return tf.customGrad((...args) => {
    const [input, s, b, save] = args as unknown as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.GradSaveFunc,
    ];
    const ratio = offsetRatio(splitLike(input, s.shape), s, b);
    const steps = tf.round(clamp(ratio, bounds));
    save([input, s, b]);
    return {
      value: joinGroups(tf.add(tf.mul(steps, besideGroups(s)), besideGroups(b)), input.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [input, s, b] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const g = splitLike(dy, s.shape);
        const ratio = offsetRatio(splitLike(input, s.shape), s, b);
        const inside = isInside(ratio, bounds);
        const steps = tf.round(clamp(ratio, bounds));
        const slope = tf.sub(steps, whereInside(ratio, inside));
        const total = (v: tf.Tensor) => tf.reshape(tf.sum(v, -1), s.shape);
        return [
          joinGroups(whereInside(g, inside), input.shape),
          total(tf.mul(g, slope)),
          total(whereInside(g, tf.logicalNot(inside))),
        ];
      },
    };
  })(xOI, scale, offset) as tf.Tensor2D;
}

interface AffineQuantized {
  /** `x / s`. */
  readonly ratio: tf.Tensor;
  readonly codes: tf.Tensor;
  /** Codes less their zero-point. */
  readonly steps: tf.Tensor;
  readonly inside: tf.Tensor;
}

function quantizeAffine(x: tf.Tensor, s: tf.Tensor, options: AffineOptions): AffineQuantized {
  const zero = options.zero && besideGroups(options.zero);
  const ratio = quotient(x, s);
  const rounded = zero ? tf.add(tf.round(ratio), zero) : tf.round(ratio);
  const codes = clamp(rounded, options);
  const steps = zero ? tf.sub(codes, zero) : codes;
  return { ratio, codes, steps, inside: isInside(rounded, options) };
}

function offsetRatio(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor {
  return quotient(tf.sub(x, besideGroups(offset)), besideGroups(scale));
}
