/**
 * Rounding half to even whose gradient is the straight-through estimate: as if nothing had been
 * rounded. The two orders of rounding and clipping give the same codes and different gradients.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { clamp, isInside, whereInside } from "./clip.ts";
import type { Bounds } from "./grid.ts";

/** `round(x)`, half to even; `dx = dy`. */
export function roundSte<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((...args) => {
    const [input] = args as unknown as [T];
    return { value: tf.round(input), gradFunc: (dy: tf.Tensor) => tf.clone(dy) };
  })(x) as T;
}

/**
 * `clip(round(x), qn, qp)`: round, then clip, as LR-QAT and affine quantizers do.
 *
 * `dx = dy` where `qn <= round(x) <= qp`, else 0: up to half a step beyond the grid is inside.
 */
export function roundClip<T extends tf.Tensor>(x: T, bounds: Bounds): T {
  return withMask(x, {
    value: (input) => clamp(tf.round(input), bounds),
    inside: (input) => isInside(tf.round(input), bounds),
  });
}

/**
 * `round(clip(x, qn, qp))`: clip, then round, as LSQ, LSQ+ and L4Q do.
 *
 * `dx = dy` where `qn <= x <= qp`, else 0.
 */
export function clipRound<T extends tf.Tensor>(x: T, bounds: Bounds): T {
  return withMask(x, {
    value: (input) => tf.round(clamp(input, bounds)),
    inside: (input) => isInside(input, bounds),
  });
}

interface MaskedFunction<T extends tf.Tensor> {
  readonly value: (x: T) => T;
  readonly inside: (x: T) => tf.Tensor;
}

function withMask<T extends tf.Tensor>(x: T, { value, inside }: MaskedFunction<T>): T {
  return tf.customGrad((...args) => {
    const [input, save] = args as unknown as [T, tf.GradSaveFunc];
    save([input]);
    return {
      value: value(input),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept] = saved as [T];
        return whereInside(dy, inside(kept));
      },
    };
  })(x) as T;
}
