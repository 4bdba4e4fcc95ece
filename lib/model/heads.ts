import { tf } from "../engine/tf.ts";

/** The sizes of {@linkcode splitHeads}. */
export interface SplitHeadsOptions {
  /** T, the tokens of a sequence. */
  tokens: number;
  /** P, the size of a head. */
  headDim: number;
}

/** `[B·T, H·P]` as heads, `[B, H, T, P]`. */
export function splitHeads(
  x: tf.Tensor2D,
  { tokens, headDim }: SplitHeadsOptions,
): tf.Tensor4D {
  const [rows, width] = x.shape;
  const split = tf.reshape<tf.Rank.R4>(x, [rows / tokens, tokens, width / headDim, headDim]);
  return tf.transpose<tf.Tensor4D>(split, [0, 2, 1, 3]);
}

/** Heads `[B, H, T, P]` side by side again, `[B·T, H·P]`. */
export function joinHeads(x: tf.Tensor4D): tf.Tensor2D {
  const [B, H, T, P] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [B * T, H * P]);
}
