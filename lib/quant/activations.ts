/**
 * Activations quantized while the model runs: each token's range is that of its own values. Scales
 * and zero-points are constants in the backward pass.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { clamp, isInside, whereInside } from "./clip.ts";
import type { Bound } from "./grid.ts";
import { SCALE_FLOOR } from "./positive_scale.ts";
import { quotient } from "./quotient.ts";
import { affineParameters } from "./ranges/min_max.ts";

/** How {@linkcode quantizeActivations} places its grid. */
export interface ActivationOptions {
  /** The largest code, `2^b - 1`; codes start at 0. */
  readonly qp: Bound;
  /**
   * `rounded`: the range holds zero, which the integer zero-point makes exact, as integer kernels
   * need it. `real`: the token's own smallest value is code 0, as LR-QAT's experiments have it.
   */
  readonly zero: "rounded" | "real";
}

/** Codes as floats, and what brings them back; ranges are those of the last dimension. */
export type QuantizedActivations = {
  readonly codes: tf.Tensor;
  readonly scale: tf.Tensor;
  /** The zero-point (`rounded`) or the smallest value (`real`) of each token. */
  readonly zero: tf.Tensor;
};

/**
 * Dynamic asymmetric fake quantization per token, over the last dimension; the same shape.
 *
 * - `rounded`: `lo = min(0, min x)`, `hi = max(0, max x)`, `s = max((hi-lo)/Qp, 1e-8)`,
 *   `z = clip(round(-lo/s), 0, Qp)`, `y = s (clip(round(x/s) + z, 0, Qp) - z)`; `dx = dy` where the
 *   code before the clip is inside.
 * - `real`: `lo = min x`, `s = max((max x - lo)/Qp, 1e-8)`, `y = s round((x-lo)/s) + lo`; `dx = dy`.
 */
export function quantizeActivations<T extends tf.Tensor>(x: T, options: ActivationOptions): T {
  return tf.customGrad((...args) => {
    const [input, save] = args as unknown as [T, tf.GradSaveFunc];
    const rounded = options.zero === "rounded";
    const { codes, scale, zero } = activationCodes(input, options);
    if (rounded) save([input]);
    return {
      value: rounded
        ? tf.mul(scale, tf.sub(codes, zero)) as T
        : tf.add(tf.mul(scale, codes), zero) as T,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept] = saved;
        return kept ? whereInside(dy, insideCodes(kept, options)) : tf.clone(dy);
      },
    };
  })(x) as T;
}

/** The codes of {@linkcode quantizeActivations}; no gradient. */
export function activationCodes(
  x: tf.Tensor,
  { qp, zero: place }: ActivationOptions,
): QuantizedActivations {
  return tf.tidy(() => {
    if (place === "rounded") {
      const { scale, zero } = roundedRange(x, qp);
      const codes = clamp(tf.add(tf.round(tf.div(x, scale)), zero), { qn: 0, qp });
      return { codes, scale, zero };
    }
    const zero = tf.min(x, -1, true);
    const scale = tf.maximum(quotient(tf.sub(tf.max(x, -1, true), zero), qp), SCALE_FLOOR);
    return { codes: tf.round(tf.div(tf.sub(x, zero), scale)), scale, zero };
  });
}

function roundedRange(x: tf.Tensor, qp: Bound) {
  const lo = tf.minimum(tf.min(x, -1, true), 0);
  const hi = tf.maximum(tf.max(x, -1, true), 0);
  return affineParameters(lo, hi, { qn: 0, qp });
}

function insideCodes(x: tf.Tensor, { qp }: ActivationOptions): tf.Tensor {
  const { scale, zero } = roundedRange(x, qp);
  return isInside(tf.add(tf.round(tf.div(x, scale)), zero), { qn: 0, qp });
}
