import { tf } from "../../../../lib/engine/tf.ts";
import { flagOf, numberOf, numbersOf, textOf } from "../../attributes.ts";
import { differentiable, forward, type Implementation, tensorOf } from "../../implementation.ts";

type Reduction = (x: tf.Tensor, axis: number[], keepDims: boolean) => tf.Tensor;

const REDUCTIONS: Record<string, Reduction> = {
  "log-sum-exp": tf.logSumExp,
  max: tf.max,
  mean: tf.mean,
  min: tf.min,
  prod: tf.prod,
  sum: tf.sum,
};

const ARGUMENTS = { "arg-max": tf.argMax, "arg-min": tf.argMin };

/** Products of matrices and sums over axes. */
export const MATRICES: readonly (readonly [string, Implementation])[] = [
  [
    "op-matmul",
    differentiable((inputs, attributes) =>
      tf.matMul(
        tensorOf(inputs, "a"),
        tensorOf(inputs, "b"),
        flagOf(attributes, "transpose_a"),
        flagOf(attributes, "transpose_b"),
      )
    ),
  ],
  [
    "op-einsum",
    forward((inputs, attributes) => ({
      y: tf.einsum(textOf(attributes, "equation"), ...Object.values(inputs)),
    })),
  ],
  ...Object.entries(REDUCTIONS).map(([name, op]) =>
    [
      `op-${name}`,
      differentiable((inputs, attributes) =>
        op(tensorOf(inputs, "x"), numbersOf(attributes, "axis"), flagOf(attributes, "keep_dims"))
      ),
    ] as const
  ),
  ...Object.entries(ARGUMENTS).map(([name, op]) =>
    [
      `op-${name}`,
      forward((inputs, attributes) => ({
        y: op(tensorOf(inputs, "x"), numberOf(attributes, "axis")),
      })),
    ] as const
  ),
  [
    "op-cumsum",
    differentiable((inputs, attributes) =>
      tf.cumsum(
        tensorOf(inputs, "x"),
        numberOf(attributes, "axis"),
        flagOf(attributes, "exclusive"),
        flagOf(attributes, "reverse"),
      )
    ),
  ],
];
