import { tf } from "../engine/tf.ts";
import { castLike } from "../model/compute_type.ts";
import { normalTensor, uniformTensor } from "../model/random.ts";
import type { SideAdapter } from "./linear_weight.ts";

/** `m (x Aᵀ) Bᵀ`: LoRA's path beside a weight; differentiable. */
export function lowRankSide(xNI: tf.Tensor2D, adapter: SideAdapter): tf.Tensor2D {
  const { aRI, bOR, multiplier } = adapter;
  const xNR: tf.Tensor2D = tf.matMul(xNI, castLike(aRI, xNI), false, true);
  const scaled: tf.Tensor2D = tf.mul(bOR, multiplier);
  return tf.matMul(xNR, castLike(scaled, xNI), false, true);
}

/** Which numbers an adapter starts with. */
export interface FactorOptions {
  /** The layer, whose name gives it numbers of its own. */
  readonly layer: string;
  readonly seed: number;
}

/**
 * A factor `[R, I]` drawn from Kaiming's uniform distribution with `a = sqrt(5)`, as LoRA and LR-QAT
 * do: `±1 / sqrt(I)`.
 */
export function kaimingFactor(
  shape: readonly [rank: number, inputs: number],
  { layer, seed }: FactorOptions,
): tf.Tensor2D {
  const high = shape[1] ** -0.5;
  return uniformTensor<tf.Rank.R2>([...shape], {
    seed,
    name: `${layer}.adapter`,
    low: -high,
    high,
  });
}

/** A factor `[O, R]` of zeros, or of normal numbers where a deviation is given. */
export function outputFactor(
  shape: readonly [outputs: number, rank: number],
  { layer, seed, deviation = 0 }: FactorOptions & { readonly deviation?: number },
): tf.Tensor2D {
  if (deviation === 0) return tf.zeros([...shape]);
  return normalTensor<tf.Rank.R2>([...shape], { seed, name: `${layer}.output`, deviation });
}
