import { optimizationBarrier } from "../engine/ops/barrier.ts";
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

type Shape3D = [number, number, number];

/** Some queries, and the keys that they see. */
interface Piece {
  readonly begin: number;
  readonly count: number;
  readonly keys: number;
}

/** The heads of a piece as matrices: `[B K, (H/K) T, P]`, `[B K, S, P]`, `[B K, S, P]`. */
type Matrices = readonly [q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D];

/**
 * Grouped-query causal attention: `softmax(q kᵀ / sqrt(P) + mask) v`.
 *
 * The queries that share a key head are one matrix, so keys and values are never repeated. In a whole
 * sequence (`S = T`) queries are taken in pieces, each with the keys up to its last one only: that
 * leaves out almost half of the work and of the memory for scores. The backward pass keeps queries, keys,
 * values and the weights of the pieces, each once, in the type that products take them in; with
 * `p` for the weights and `o = p v`:
 *
 * `dv = pᵀ do`, `dp = do vᵀ`, `ds = p (dp - Σ p dp)`, `dq = ds k`, `dk = dsᵀ q`.
 *
 * Sources: Vaswani et al., "Attention Is All You Need", 2017; Ainslie et al., "GQA", 2023.
 *
 * @param heads The heads.
 * @param maskTS What is added to the scores, `[T, S]`; hides the keys after each query. A constant.
 * @returns The mixed values, `[B, H, T, P]`.
 */
export function attend({ q, k, v }: Heads, maskTS: tf.Tensor2D): tf.Tensor4D {
  const pieces = piecesOf(maskTS.shape);
  return tf.customGrad((...args) => {
    const [q, k, v, save] = args as unknown as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
      tf.GradSaveFunc,
    ];
    const heads = { q, k, v };
    const weights = pieces.map((piece) =>
      weightsOf(
        matricesOf(heads, piece),
        tf.slice(maskTS, [piece.begin, 0], [piece.count, piece.keys]),
      )
    );
    const mixed = pieces.map((piece, i) => {
      const [, , values] = matricesOf(heads, piece);
      return asHeads(tf.matMul(weights[i] as tf.Tensor3D, values), q, piece.count);
    });
    save([q, k, v, ...weights]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      gradients(dy as tf.Tensor4D, saved, pieces);
    return { value: joined(mixed), gradFunc };
  })(tf.mul(q, q.shape[3] ** -0.5), k, v) as tf.Tensor4D;
}

function piecesOf([T, S]: readonly [number, number]): readonly Piece[] {
  if (T !== S) return [{ begin: 0, count: T, keys: S }];
  return Array.from({ length: Math.ceil(T / PIECE) }, (_, index) => {
    const begin = index * PIECE;
    const count = Math.min(PIECE, T - begin);
    return { begin, count, keys: begin + count };
  });
}

function matricesOf({ q, k, v }: Heads, { begin, count, keys }: Piece): Matrices {
  const [B, H, , P] = q.shape;
  const K = k.shape[1];
  const seen = (x: tf.Tensor4D) =>
    tf.reshape<tf.Rank.R3>(tf.slice(x, [0, 0, 0, 0], [-1, -1, keys, -1]), [B * K, keys, P]);
  const queries = tf.slice(q, [0, 0, begin, 0], [-1, -1, count, -1]);
  return [tf.reshape(queries, [B * K, (H / K) * count, P]), seen(k), seen(v)];
}

/** `softmax(q kᵀ + mask)`, `[B K, (H/K) T, S]`, in the type of `q` and float32 inside. */
function weightsOf([q, k]: Matrices, maskTS: tf.Tensor2D): tf.Tensor3D {
  const [T, S] = maskTS.shape;
  const scores = inType(tf.matMul(q, k, false, true), "float32");
  const weights = tf.softmax(tf.add(tf.reshape(scores, [-1, T, S]), maskTS));
  return castLike(tf.reshape<tf.Rank.R3>(weights, scores.shape as Shape3D), q);
}

function gradients(
  dMixed: tf.Tensor4D,
  saved: readonly tf.Tensor[],
  pieces: readonly Piece[],
): tf.Tensor[] {
  // Else a compiler keeps every slice of the forward pass, and of 16 bits the float32 before them.
  const [dy, q, k, v, ...weights] = optimizationBarrier([dMixed, ...saved]) as [
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
    ...tf.Tensor3D[],
  ];
  const parts = pieces.map((piece, i) => {
    const [queries, keys, values] = matricesOf({ q, k, v }, piece);
    const p = weights[i] as tf.Tensor3D;
    const own = tf.slice(dy, [0, 0, piece.begin, 0], [-1, -1, piece.count, -1]);
    const dRows = tf.reshape<tf.Rank.R3>(own, queries.shape);
    const dScores = softmaxGradient(p, tf.matMul(dRows, values, false, true));
    return {
      dq: asHeads(tf.matMul(dScores, keys), q, piece.count),
      dk: asKeys(tf.matMul(dScores, queries, true, false), k),
      dv: asKeys(tf.matMul(p, dRows, true, false), v),
    };
  });
  return [
    joined(parts.map(({ dq }) => dq)),
    added(parts.map(({ dk }) => dk)),
    added(parts.map(({ dv }) => dv)),
  ];
}

function softmaxGradient(weights: tf.Tensor3D, dy: tf.Tensor3D): tf.Tensor3D {
  const p = inType(weights, "float32");
  const weighted = tf.mul(p, inType(dy, "float32"));
  return castLike(tf.sub(weighted, tf.mul(p, tf.sum(weighted, -1, true))) as tf.Tensor3D, dy);
}

/** `[B K, (H/K) T, P]` as heads, `[B, H, T, P]`. */
function asHeads(x: tf.Tensor3D, { shape: [B, H, , P] }: tf.Tensor4D, count: number): tf.Tensor4D {
  return tf.reshape(x, [B, H, count, P]);
}

/** `[B K, S, P]` for the first keys as what it is for all, `[B, K, S, P]`. */
function asKeys(x: tf.Tensor3D, { shape: [B, K, S, P] }: tf.Tensor4D): tf.Tensor4D {
  const rest = S - x.shape[1];
  const part = tf.reshape<tf.Rank.R4>(x, [B, K, x.shape[1], P]);
  return rest === 0 ? part : tf.pad(part, [[0, 0], [0, 0], [0, rest], [0, 0]]);
}

function joined(pieces: tf.Tensor4D[]): tf.Tensor4D {
  return pieces.length === 1 ? pieces[0] as tf.Tensor4D : tf.concat(pieces, 2);
}

function added(parts: tf.Tensor4D[]): tf.Tensor4D {
  return parts.length === 1 ? parts[0] as tf.Tensor4D : tf.addN(parts);
}
