import { optimizationBarrier } from "../engine/ops/barrier.ts";
import { tf } from "../engine/tf.ts";
import { castLike, inType } from "../model/compute_type.ts";
import { targetLogits } from "../model/token_losses.ts";
import { evenSpans, LOGITS_PIECE, type RowSpan } from "../model/even_spans.ts";

/** Options of {@linkcode crossEntropy}. */
export interface CrossEntropyOptions {
  /** The tokens that came, `[N]`, int32. */
  readonly targetsN: tf.Tensor1D;
  /** The weight of each loss in the sum, `[N]`. */
  readonly weightsN: tf.Tensor1D;
  /** The most numbers in a piece of logits. Default: {@linkcode LOGITS_PIECE}. */
  readonly piece?: number;
}

/**
 * The weighted sum of next-token losses, `Σ w_n (log Σ_v exp(z_nv) - z_n,target)` with `z = x Wᵀ`.
 *
 * Where the logits are larger than a piece, they are never whole in memory: pieces of rows are made
 * one after the other, and made again in the backward pass. The gradients are
 * `dz = w (softmax(z) - onehot)`, `dx = dz W`, `dW = dzᵀ x`.
 *
 * Products are in the type of `x`, the rest is float32.
 *
 * @param rowsND x, what the output head reads, `[N, D]`.
 * @param headVD W, the output head, `[V, D]`.
 */
export function crossEntropy(
  rowsND: tf.Tensor2D,
  headVD: tf.Tensor2D,
  { targetsN, weightsN, piece = LOGITS_PIECE }: CrossEntropyOptions,
): tf.Scalar {
  const spans = evenSpans(rowsND.shape[0], Math.ceil(rowsND.shape[0] * headVD.shape[0] / piece));
  return tf.customGrad((...args) => {
    const [x, w, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const pieces = inTurn(x, spans, (xND, { begin, count }) => {
      const logits = logitsOf(xND, w);
      const lse = tf.logSumExp(logits, 1, true);
      const targets = targetLogits(logits, tf.slice(targetsN, begin, count));
      const losses = tf.sub(tf.reshape(lse, [count]), targets);
      const weights = tf.slice(weightsN, begin, count);
      return { logits, lse, ready: tf.sum(tf.mul(losses, weights)) };
    });
    // One piece is small enough to be kept; of several only their sums of exponentials are.
    const kept = pieces.length === 1 ? pieces.map(({ logits }) => logits) : [];
    save([x, w, targetsN, weightsN, ...pieces.map(({ lse }) => lse), ...kept]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved, spans);
    return { value: tf.addN(pieces.map(({ ready }) => ready)), gradFunc };
  })(rowsND, headVD) as tf.Scalar;
}

function gradients(
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  spans: readonly RowSpan[],
): tf.Tensor[] {
  const [rows, w, targetsN, weightsN] = saved as readonly tf.Tensor[] as Inputs;
  const kept = saved.slice(4 + spans.length) as tf.Tensor2D[];
  // What is not kept is made again when the forward pass is over, not taken from it.
  const sums = saved.slice(4, 4 + spans.length);
  const [x, ...lses] =
    (kept.length > 0 ? [rows, ...sums] : optimizationBarrier([rows, ...sums])) as [
      tf.Tensor2D,
      ...tf.Tensor[],
    ];
  const parts = inTurn(x, spans, (xND, { begin, count }, index) => {
    const logits = kept[index] ?? logitsOf(xND, w);
    const p = tf.exp(tf.sub(logits, lses[index] as tf.Tensor));
    const hot = tf.oneHot(tf.slice(targetsN, begin, count), w.shape[0]);
    const scale = tf.mul(tf.slice(weightsN, begin, count), dy);
    const dz = castLike(tf.mul(tf.sub(p, hot), tf.reshape(scale, [count, 1])) as tf.Tensor2D, xND);
    return {
      dw: castLike(tf.matMul(dz, xND, true, false), w),
      ready: tf.matMul(dz, castLike(w, xND)),
    };
  });
  return [joined(parts.map(({ ready }) => ready)), added(parts.map(({ dw }) => dw))];
}

function logitsOf(xND: tf.Tensor2D, wVD: tf.Tensor2D): tf.Tensor2D {
  return inType(tf.matMul(xND, castLike(wVD, xND), false, true), "float32");
}

type Inputs = readonly [
  xND: tf.Tensor2D,
  wVD: tf.Tensor2D,
  targetsN: tf.Tensor1D,
  weightsN: tf.Tensor1D,
];

function joined(pieces: tf.Tensor[]): tf.Tensor {
  return pieces.length === 1 ? pieces[0] as tf.Tensor : tf.concat(pieces, 0);
}

function added(pieces: tf.Tensor[]): tf.Tensor {
  return pieces.length === 1 ? pieces[0] as tf.Tensor : tf.addN(pieces);
}

// A compiler that sees all pieces at once would compute them side by side: each one's rows wait
// for what the one before made. Both are taken from the barrier: one that nothing reads waits for nothing.
function inTurn<T extends { readonly ready: tf.Tensor }>(
  rowsND: tf.Tensor2D,
  spans: readonly RowSpan[],
  make: (rowsND: tf.Tensor2D, span: RowSpan, index: number) => T,
): T[] {
  const made: T[] = [];
  for (const [index, span] of spans.entries()) {
    const rows = spans.length === 1 ? rowsND : tf.slice(rowsND, [span.begin, 0], [span.count, -1]);
    const before = made.pop();
    const [waiting, ready] = before ? optimizationBarrier([rows, before.ready]) : [rows];
    if (before && ready) made.push({ ...before, ready });
    made.push(make(waiting as tf.Tensor2D, span, index));
  }
  return made;
}
