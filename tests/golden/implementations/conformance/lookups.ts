import { tf } from "../../../../lib/engine/tf.ts";
import { numberOf, numbersOf } from "../../attributes.ts";
import { differentiable, forward, type Implementation, tensorOf } from "../../implementation.ts";

/** Ops that find or put values by index. */
export const LOOKUPS: readonly (readonly [string, Implementation])[] = [
  [
    "op-gather",
    differentiable((inputs, attributes) =>
      tf.gather(
        tensorOf(inputs, "x"),
        tensorOf(inputs, "indices") as tf.Tensor1D,
        numberOf(attributes, "axis"),
      )
    ),
  ],
  [
    "op-gather-nd",
    forward((inputs) => ({ y: tf.gatherND(tensorOf(inputs, "x"), tensorOf(inputs, "indices")) })),
  ],
  [
    "op-scatter-nd",
    forward((inputs, attributes) => ({
      y: tf.scatterND(
        tensorOf(inputs, "indices"),
        tensorOf(inputs, "x"),
        numbersOf(attributes, "shape"),
      ),
    })),
  ],
  [
    "op-segment-sum",
    differentiable((inputs, attributes) =>
      tf.unsortedSegmentSum(
        tensorOf(inputs, "x"),
        tensorOf(inputs, "ids") as tf.Tensor1D,
        numberOf(attributes, "segments"),
      )
    ),
  ],
  [
    "op-one-hot",
    forward((inputs, attributes) => ({
      y: tf.oneHot(tensorOf(inputs, "x"), numberOf(attributes, "depth"), 1, 0, "float32"),
    })),
  ],
  [
    "op-topk",
    forward((inputs, attributes) => {
      const { values, indices } = tf.topk(tensorOf(inputs, "x"), numberOf(attributes, "k"));
      return { values, indices };
    }),
  ],
];
