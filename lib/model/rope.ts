import { tf } from "../engine/tf.ts";
import { castLike } from "./compute_type.ts";
import type { LlamaConfig } from "./config.ts";
import { ropeDivisors } from "./rope_scaling.ts";

/** Cosines and sines of the rotary angles, `[T, P]` each, the second half a copy of the first. */
export interface RotaryTables {
  readonly cosTP: tf.Tensor2D;
  readonly sinTP: tf.Tensor2D;
}

/**
 * Makes the rotary tables for positions from 0: `angle[t, i] = t theta^(-2i / P) / divisor[i]`.
 *
 * Frequencies and angles are rounded to float32, as the published models were trained and are run.
 *
 * Source: Su et al., "RoFormer", 2021.
 */
export function rotaryTables(config: LlamaConfig, length: number): RotaryTables {
  const { headDim, ropeTheta } = config;
  const half = headDim / 2;
  const divisors = ropeDivisors(config.ropeScaling, { theta: ropeTheta, headDim });
  const frequencies = Float32Array.from(divisors, (divisor, i) => {
    return 1 / (ropeTheta ** (i / half) * divisor);
  });
  const cos = new Float32Array(length * headDim);
  const sin = new Float32Array(length * headDim);
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(t * frequencies[i]!);
      const at = t * headDim + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  return { cosTP: tf.tensor2d(cos, [length, headDim]), sinTP: tf.tensor2d(sin, [length, headDim]) };
}

/**
 * Turns pairs of each head's values by the angles of their positions; value `i` is paired with
 * `i + P / 2` ("rotate-half", as Hugging Face's weights are ordered).
 *
 * @param x Queries or keys, `[B, H, T, P]`.
 * @param tables The tables of the `T` positions.
 * @returns The turned values, in the same shape.
 */
export function rotate(x: tf.Tensor4D, { cosTP, sinTP }: RotaryTables): tf.Tensor4D {
  const [low, high] = tf.split(x, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const turned = tf.concat([tf.neg(high), low], 3);
  return tf.add(tf.mul(x, castLike(cosTP, x)), tf.mul(turned, castLike(sinTP, x)));
}
