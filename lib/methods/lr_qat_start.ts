import { tf } from "../engine/tf.ts";
import { clamp } from "../quant/clip.ts";
import { signedGrid } from "../quant/grid.ts";
import { kaimingFactor, outputFactor } from "./low_rank.ts";
import type { PrepareContext } from "./method.ts";
import { type MethodSettings, multiplierOf } from "./settings.ts";
import { truncatedSvd } from "./truncated_svd.ts";

/** What LR-QAT starts from. */
export interface StartFactors {
  /** `[O, R]`; none with rank 0. */
  readonly A?: tf.Tensor2D;
  /** `[R, I]`; none with rank 0. */
  readonly B?: tf.Tensor2D;
  /** What is left for `Phi0`, in units of the grid. */
  readonly restOI: tf.Tensor2D;
}

/**
 * The first adapter of LR-QAT, and what is to be downcast beside it.
 *
 * @param uOI `W0 / s0`, in units of the grid.
 */
export function startFactors(uOI: tf.Tensor2D, context: PrepareContext): StartFactors {
  const { layer, settings } = context;
  const { rank, seed, adapterStart, adapterDeviation: deviation } = settings;
  if (rank === 0) return { restOI: tf.clone(uOI) };
  if (adapterStart === "svd") return svdFactors(uOI, settings);
  const [outputs, inputs] = uOI.shape;
  return {
    A: outputFactor([outputs, rank], { layer, seed, deviation }),
    B: kaimingFactor([rank, inputs], { layer, seed }),
    restOI: tf.clone(uOI),
  };
}

/**
 * The start of LoftQ (Li et al., ICLR 2024) with one iteration: the product is the best fit of what
 * rounding to the grid loses. It is taken off before the downcast, so that the sum that is rounded
 * stays `W0 / s0`. An integer `Phi0` would lose as much of the rest as of the whole, so there it is
 * LoftQ's own order: the codes are those of the weight, and the product mends them.
 */
function svdFactors(uOI: tf.Tensor2D, settings: MethodSettings): Required<StartFactors> {
  const { rank, seed, bits, phi } = settings;
  const multiplier = multiplierOf(settings);
  const lost = tf.tidy(() => tf.sub<tf.Tensor2D>(uOI, clamp(tf.round(uOI), signedGrid(bits))));
  const { leftOR, rightRI } = truncatedSvd(lost, { rank, seed });
  const made = tf.tidy(() => {
    const A: tf.Tensor2D = tf.mul(leftOR, multiplier ** -0.5);
    const B: tf.Tensor2D = tf.mul(rightRI, multiplier ** -0.5);
    const scaled: tf.Tensor2D = tf.mul(A, multiplier);
    const restOI = phi === "int" ? tf.clone(uOI) : tf.sub<tf.Tensor2D>(uOI, tf.matMul(scaled, B));
    return { A, B, restOI };
  });
  tf.dispose([lost, leftOR, rightRI]);
  return made;
}
