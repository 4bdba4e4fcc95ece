import { tf } from "../engine/tf.ts";
import type { Bounds } from "./grid.ts";

/**
 * `min(max(x, qn), qp)`, without a gradient rule of its own.
 *
 * `tf.clipByValue` takes numbers only; these bounds may be scalars of a compiled function.
 */
export function clamp<T extends tf.Tensor>(x: T, { qn, qp }: Bounds): T {
  return tf.minimum(tf.maximum(x, qn), qp);
}

/** Where `qn <= x <= qp`, as booleans: closed, so a value exactly on a bound is inside. */
export function isInside<T extends tf.Tensor>(x: T, { qn, qp }: Bounds): T {
  return tf.logicalAnd(tf.greaterEqual(x, qn), tf.lessEqual(x, qp));
}

/** `x` where {@linkcode isInside} says so, else 0. */
export function whereInside<T extends tf.Tensor>(x: T, inside: tf.Tensor): T {
  return tf.where(inside, x, tf.zerosLike(x));
}

/** `clip(x, qn, qp)`; the gradient passes where `qn <= x <= qp`. The bounds have none. */
export function clip<T extends tf.Tensor>(x: T, bounds: Bounds): T {
  return tf.customGrad((...args) => {
    const [input, save] = args as unknown as [T, tf.GradSaveFunc];
    save([input]);
    return {
      value: clamp(input, bounds),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept] = saved as [tf.Tensor];
        return whereInside(dy, isInside(kept, bounds));
      },
    };
  })(x) as T;
}
