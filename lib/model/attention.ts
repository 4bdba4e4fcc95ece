import { optimizationBarrier } from "../engine/ops/barrier.ts";
import { dtypeOf } from "../engine/ops/cast.ts";
import { tf } from "../engine/tf.ts";
import { castLike, inType } from "./compute_type.ts";

/** Queries, keys and values, split into heads. */
export interface Heads {
  /** Queries, `[B, H, T, P]`. */
  readonly q: tf.Tensor4D;
  /** Keys, `[B, K, S, P]`; each serves `H / K` query heads that follow each other. */
  readonly k: tf.Tensor4D;
  /** Values, `[B, K, S, P]`. */
  readonly v: tf.Tensor4D;
}

/** Queries that are computed together. */
const PIECE = 256;

/**
 * Grouped-query causal attention: `softmax(q kᵀ / sqrt(P) + mask) v`.
 *
 * The queries that share a key head are one matrix, so keys and values are never repeated. In a whole
 * sequence (`S = T`) queries are taken in pieces, each with the keys up to its last one only: that
 * leaves out almost half of the work and of the memory for scores.
 *
 * Sources: Vaswani et al., "Attention Is All You Need", 2017; Ainslie et al., "GQA", 2023.
 *
 * @param heads The heads.
 * @param maskTS What is added to the scores, `[T, S]`; hides the keys after each query.
 * @returns The mixed values, `[B, H, T, P]`.
 */
export function attend(heads: Heads, maskTS: tf.Tensor2D): tf.Tensor4D {
  const [T, S] = maskTS.shape;
  if (T !== S || T <= PIECE) return attendToAll(heads, maskTS);
  const { q, k, v } = heads;
  const pieces = Array.from({ length: Math.ceil(T / PIECE) }, (_, index) => {
    const begin = index * PIECE;
    const count = Math.min(PIECE, T - begin);
    const keys = begin + count;
    return attendToAll({
      q: tf.slice(q, [0, 0, begin, 0], [-1, -1, count, -1]),
      k: tf.slice(k, [0, 0, 0, 0], [-1, -1, keys, -1]),
      v: tf.slice(v, [0, 0, 0, 0], [-1, -1, keys, -1]),
    }, tf.slice(maskTS, [begin, 0], [count, keys]));
  });
  return tf.concat(pieces, 2);
}

function attendToAll({ q, k, v }: Heads, maskTS: tf.Tensor2D): tf.Tensor4D {
  const [B, H, T, P] = q.shape;
  const [, K, S] = k.shape;
  const rows = (H / K) * T;
  const grouped = tf.reshape(tf.mul(q, P ** -0.5), [B * K, rows, P]);
  const scores = tf.matMul(grouped, tf.reshape(k, [B * K, S, P]), false, true);
  const weights = maskedSoftmax(tf.reshape(scores, [B * H, T, S]), maskTS);
  const mixed = tf.matMul(tf.reshape(weights, [B * K, rows, S]), tf.reshape(v, [B * K, S, P]));
  return tf.reshape(mixed, [B, H, T, P]);
}

/**
 * `softmax(x + mask)` over the last dimension, in the type of `x` and float32 inside. Of 16 bits only
 * the result is kept: `dx = p (dp - Σ p dp)`.
 */
function maskedSoftmax(x: tf.Tensor3D, maskTS: tf.Tensor2D): tf.Tensor3D {
  if (dtypeOf(x) === "float32") return tf.softmax(tf.add(x, maskTS));
  return tf.customGrad((...args) => {
    const [scores, save] = args as unknown as [tf.Tensor3D, tf.GradSaveFunc];
    const value = castLike(tf.softmax(tf.add(inType(scores, "float32"), maskTS)), scores);
    save([value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      // Else a compiler takes the way to 16 bits and back for nothing, and keeps float32.
      const [kept] = optimizationBarrier(saved);
      const p = inType(kept as tf.Tensor3D, "float32");
      const weighted = tf.mul(p, inType(dy, "float32"));
      return castLike(tf.sub(weighted, tf.mul(p, tf.sum(weighted, -1, true))), dy);
    };
    return { value, gradFunc };
  })(x) as tf.Tensor3D;
}

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
