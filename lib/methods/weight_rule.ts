import { optimizationBarrier } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { castLike, inType } from "../model/compute_type.ts";

/** How a weight is made of what is learned, and how the weight's gradient reaches what is learned. */
export interface WeightRule {
  /** The large tensors without gradients that the weight is made of; none by default. */
  readonly frozen?: readonly tf.Tensor[];
  /** Makes the weight `[O, I]`. `kept` is what {@linkcode backward} wants of it, small if possible. */
  forward(learned: readonly tf.Tensor[], frozen: readonly tf.Tensor[]): MadeWeight;
  /** Makes the weight again, from what was kept or from the start, and the gradients of what is learned. */
  backward(pass: BackwardPass): WeightGradients;
}

/** What {@linkcode WeightRule.forward} gives. */
export interface MadeWeight {
  readonly wOI: tf.Tensor2D;
  readonly kept?: readonly tf.Tensor[];
}

/** What {@linkcode WeightRule.backward} is given. */
export interface BackwardPass {
  readonly learned: readonly tf.Tensor[];
  readonly frozen: readonly tf.Tensor[];
  readonly kept: readonly tf.Tensor[];
  /** Makes the gradient of the weight, `[O, I]`. */
  readonly gradient: () => tf.Tensor2D;
}

/** What {@linkcode WeightRule.backward} gives. */
export interface WeightGradients {
  readonly wOI: tf.Tensor2D;
  /** In the order of `learned`. */
  readonly gradients: readonly tf.Tensor[];
}

/**
 * `y = x Wᵀ` for a weight that is made anew at every call, float32; products are in the type of `x`.
 *
 * Kept for the backward pass are the inputs, what is learned, and what the rule keeps: no weight in
 * float. The gradient of the weight exists only while this layer's backward pass runs.
 *
 * Forward and backward pass stand behind a barrier each: a compiler could else make the weights of all
 * layers before the first product, or keep what the backward pass is to make again.
 *
 * @param xNI The inputs, `[N, I]`.
 * @param learned The tensors that get gradients besides `x`.
 * @param rule How the weight is made.
 */
export function ruledLinear(
  xNI: tf.Tensor2D,
  learned: readonly tf.Tensor[],
  rule: WeightRule,
): tf.Tensor2D {
  return tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const { frozen = [] } = rule;
    const given = [...args.slice(0, -1), ...frozen] as tf.Tensor[];
    const [x, ...parts] = optimizationBarrier(given) as [tf.Tensor2D, ...tf.Tensor[]];
    const count = learned.length;
    const { wOI, kept = [] } = rule.forward(parts.slice(0, count), parts.slice(count));
    save([...given, ...kept]);
    return {
      value: tf.matMul(x, castLike(wOI, x), false, true),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [dyNO, x, ...rest] = optimizationBarrier([dy, ...saved]) as [
          tf.Tensor2D,
          tf.Tensor2D,
          ...tf.Tensor[],
        ];
        const { wOI, gradients } = rule.backward({
          learned: rest.slice(0, count),
          frozen: rest.slice(count, count + frozen.length),
          kept: rest.slice(count + frozen.length),
          gradient: () => inType(tf.matMul(dyNO, x, true, false) as tf.Tensor2D, "float32"),
        });
        // A trained weight of 16 bits has a gradient of 16 bits.
        const held = gradients.map((gradient, i) => castLike(gradient, learned[i] ?? gradient));
        return [tf.matMul(dyNO, castLike(wOI, dyNO)), ...held];
      },
    };
  })(xNI, ...learned) as tf.Tensor2D;
}
