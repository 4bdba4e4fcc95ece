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
 * one after the other. The gradients are `dz = w (softmax(z) - onehot)`, `dx = dz W`, `dW = dzᵀ x`. What
 * comes after a sum can only scale it, so they are made beside the losses, while a piece's logits are
 * there, and the backward pass has nothing to make again.
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
    const pieces = inTurn(x, spans, (xND, { begin, count }) =>
      pieceOf(xND, w, {
        targetsN: tf.slice(targetsN, begin, count),
        weightsN: tf.slice(weightsN, begin, count),
      }));
    save([joined(pieces.map(({ dx }) => dx)), added(pieces.map(({ dw }) => dw))]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      saved.map((gradient) => tf.mul(gradient, castLike(dy, gradient)));
    return { value: added(pieces.map(({ loss }) => loss)), gradFunc };
  })(rowsND, headVD) as tf.Scalar;
}

/** The weighted sum of some rows' losses, and its gradients. */
interface Piece {
  readonly loss: tf.Tensor;
  readonly dx: tf.Tensor;
  readonly dw: tf.Tensor;
}

function pieceOf(
  xND: tf.Tensor2D,
  wVD: tf.Tensor2D,
  { targetsN, weightsN }: Pick<CrossEntropyOptions, "targetsN" | "weightsN">,
): Piece {
  const logits = logitsOf(xND, wVD);
  const lse = tf.logSumExp(logits, 1, true);
  const losses = tf.sub(tf.reshape(lse, [-1]), targetLogits(logits, targetsN));
  const p = tf.exp(tf.sub(logits, lse));
  const hot = tf.oneHot(targetsN, wVD.shape[0]);
  const scaled = tf.mul(tf.sub(p, hot), tf.reshape(weightsN, [-1, 1]));
  const dz = castLike(scaled as tf.Tensor2D, xND);
  return {
    loss: tf.sum(tf.mul(losses, weightsN)),
    dx: tf.matMul(dz, castLike(wVD, xND)),
    dw: castLike(tf.matMul(dz, xND, true, false), wVD),
  };
}

function logitsOf(xND: tf.Tensor2D, wVD: tf.Tensor2D): tf.Tensor2D {
  return inType(tf.matMul(xND, castLike(wVD, xND), false, true), "float32");
}

function joined(pieces: tf.Tensor[]): tf.Tensor {
  return pieces.length === 1 ? pieces[0] as tf.Tensor : tf.concat(pieces, 0);
}

function added(pieces: tf.Tensor[]): tf.Tensor {
  return pieces.length === 1 ? pieces[0] as tf.Tensor : tf.addN(pieces);
}

// A compiler that sees all pieces at once would compute them side by side: each one's rows wait
// for what the one before made. All are taken from the barrier: one that nothing reads waits for nothing.
function inTurn(
  rowsND: tf.Tensor2D,
  spans: readonly RowSpan[],
  make: (rowsND: tf.Tensor2D, span: RowSpan) => Piece,
): Piece[] {
  const made: Piece[] = [];
  for (const span of spans) {
    const rows = spans.length === 1 ? rowsND : tf.slice(rowsND, [span.begin, 0], [span.count, -1]);
    const before = made.pop();
    if (!before) {
      made.push(make(rows as tf.Tensor2D, span));
      continue;
    }
    const [waiting, loss, dx] = optimizationBarrier([rows, before.loss, before.dx]) as [
      tf.Tensor2D,
      tf.Tensor,
      tf.Tensor,
    ];
    made.push({ ...before, loss, dx }, make(waiting, span));
  }
  return made;
}
