import { tf } from "../engine/tf.ts";

/** The constants of {@linkcode adamwUpdate}. */
export interface AdamWOptions {
  /** The decay of the first moment. */
  readonly beta1: number;
  /** The decay of the second moment. */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
}

/** LR-QAT's choice of betas, (0.9, 0.95), and PyTorch's epsilon. */
export const ADAMW_DEFAULTS: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

/** What changes from step to step, computed on the host in double precision. */
export interface AdamWRates {
  /** `1 - lr · decay`, the factor of decoupled weight decay. */
  readonly keep: number;
  /** `lr / (1 - beta1^t)`. */
  readonly stepSize: number;
  /** `sqrt(1 - beta2^t)`. */
  readonly root: number;
}

/** The rates of step `t`, counted from 1. */
export function adamwRates(
  { beta1, beta2 }: AdamWOptions,
  { learningRate, decay, t }: { learningRate: number; decay: number; t: number },
): AdamWRates {
  return {
    keep: 1 - learningRate * decay,
    stepSize: learningRate / (1 - beta1 ** t),
    root: Math.sqrt(1 - beta2 ** t),
  };
}

/** AdamW's two moments of a gradient. */
export interface AdamWMoments {
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
}

/**
 * The moments after a step: `m = β1 m + (1-β1) g`, `v = β2 v + (1-β2) g²`.
 *
 * @param before The moments before.
 * @param gradient The gradient, after clipping.
 */
export function adamwMoments(
  { first, second }: AdamWMoments,
  gradient: tf.Tensor,
  { beta1, beta2 }: Pick<AdamWOptions, "beta1" | "beta2">,
): AdamWMoments {
  return {
    first: tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)),
    second: tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)),
  };
}

/**
 * The parameter after a step: `p = keep · p - stepSize · m / (sqrt(v) / root + ε)`.
 *
 * Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019; the order of
 * operations is PyTorch's.
 *
 * @param parameter The parameter before.
 * @param moments The moments after the step.
 * @param rates The rates as tensors, so that one compiled step serves all of a run.
 */
export function adamwParameter(
  parameter: tf.Tensor,
  { first, second }: AdamWMoments,
  { keep, stepSize, root, epsilon }:
    & { readonly [Name in keyof AdamWRates]: tf.Scalar }
    & Pick<AdamWOptions, "epsilon">,
): tf.Tensor {
  const direction = tf.div(first, tf.add(tf.div(tf.sqrt(second), root), epsilon));
  return tf.sub(tf.mul(parameter, keep), tf.mul(stepSize, direction));
}

/**
 * The factor that brings the norm of all gradients down to `limit`: `min(1, limit / (norm + 1e-6))`,
 * as PyTorch's `clip_grad_norm_` has it.
 */
export function clipFactor(norm: tf.Scalar, limit: tf.Scalar): tf.Scalar {
  return tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
}

/** The 2-norm of all gradients together. */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))))) as tf.Scalar;
}
