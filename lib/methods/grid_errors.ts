import { tf } from "../engine/tf.ts";
import type { LinearState } from "./linear_state.ts";
import { type LinearWeight, weightValues } from "./linear_weight.ts";
import type { Method } from "./method.ts";

/** What the grid of a layer costs: sums of `|ŵ - w|`, where `w` is what the method quantizes. */
export interface GridErrors {
  /** Over the weights within the grid's range: what rounding costs. */
  readonly quantization: number;
  /** Over those beyond it. */
  readonly clipping: number;
}

/**
 * Parts the error of a layer into that of rounding and that of clipping (L4Q, Table 4, whose numbers
 * have the size of such sums).
 *
 * @param weight The state as it is now, merged.
 * @returns Nothing for a method that does not know any more what it quantized.
 */
export async function gridErrors(
  weight: LinearWeight,
  { method, state }: { readonly method: Method; readonly state: LinearState },
): Promise<GridErrors | undefined> {
  const coded = weight.kind === "adapted" ? weight.base : weight;
  if (coded.kind !== "codes" || !method.clipped || !method.target) return undefined;
  const sums = tf.tidy(() => {
    const [target, clipped] = [method.target?.(state), method.clipped?.(state)];
    if (!target || !clipped) throw new RangeError(`Layer ${state.layer} has nothing to compare`);
    const error = tf.abs(tf.sub(weightValues(coded), target));
    const beyond = tf.sum(tf.where(clipped, error, tf.zerosLike(error)));
    return tf.stack([tf.sub(tf.sum(error), beyond), beyond]);
  });
  const [quantization = 0, clipping = 0] = await sums.data();
  sums.dispose();
  return { quantization, clipping };
}

/**
 * How far a merged layer is from its float weight `[O, I]`: the root of the mean square of their
 * difference over that of the float weight. What stays beside the codes counts.
 */
export async function weightError(weight: LinearWeight, floatOI: tf.Tensor): Promise<number> {
  const ratio = tf.tidy(() => {
    const difference = tf.sub(deployedValues(weight), floatOI);
    return tf.sqrt(tf.div(tf.mean(tf.square(difference)), tf.mean(tf.square(floatOI))));
  });
  const [error = NaN] = await ratio.data();
  ratio.dispose();
  return error;
}

function deployedValues(weight: LinearWeight): tf.Tensor2D {
  switch (weight.kind) {
    case "float":
      return weight.wOI;
    case "codes":
      return weightValues(weight);
    case "adapted": {
      const { aRI, bOR, multiplier } = weight.adapter;
      const side = tf.mul(tf.matMul(bOR, aRI), multiplier);
      return tf.add(weightValues(weight.base), side);
    }
  }
}
