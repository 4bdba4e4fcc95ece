import { tf } from "../../../../lib/engine/tf.ts";
import { numberOf, numbersOf, pairsOf } from "../../attributes.ts";
import type { Attributes } from "../../manifest.ts";
import {
  differentiable,
  forward,
  type Implementation,
  tensorOf,
  type Tensors,
} from "../../implementation.ts";

type Move = (x: tf.Tensor, attributes: Attributes) => tf.Tensor;

const MOVES: Record<string, Move> = {
  "expand-dims": (x, attributes) => tf.expandDims(x, numberOf(attributes, "axis")),
  pad: (x, attributes) => tf.pad(x, pairsOf(attributes, "paddings"), numberOf(attributes, "value")),
  reshape: (x, attributes) => tf.reshape(x, numbersOf(attributes, "shape")),
  reverse: (x, attributes) => tf.reverse(x, numbersOf(attributes, "axis")),
  slice: (x, attributes) =>
    tf.slice(x, numbersOf(attributes, "begin"), numbersOf(attributes, "size")),
  split: twoOfSplit,
  squeeze: (x, attributes) => tf.squeeze(x, [numberOf(attributes, "axis")]),
  tile: (x, attributes) => tf.tile(x, numbersOf(attributes, "repeats")),
  transpose: (x, attributes) => tf.transpose(x, numbersOf(attributes, "perm")),
  unstack: twoOfUnstack,
};

/** Ops that move values and change shapes. */
export const SHAPES: readonly (readonly [string, Implementation])[] = [
  ...Object.entries(MOVES).map(([name, op]) =>
    [
      `op-${name}`,
      differentiable((inputs, attributes) => op(tensorOf(inputs, "x"), attributes)),
    ] as const
  ),
  ["op-strided-slice", forward((inputs, attributes) => ({ y: everyFew(inputs, attributes) }))],
  [
    "op-concat",
    differentiable((inputs, attributes) => tf.concat(parts(inputs), numberOf(attributes, "axis"))),
  ],
  [
    "op-stack",
    differentiable((inputs, attributes) => tf.stack(parts(inputs), numberOf(attributes, "axis"))),
  ],
];

// Part 1 is unused, so that its gradient is the zeros that the op must make up.
function twoOfSplit(x: tf.Tensor, attributes: Attributes): tf.Tensor {
  const axis = numberOf(attributes, "axis");
  const [first, , third] = tf.split(x, numbersOf(attributes, "sizes"), axis);
  if (!first || !third) throw new RangeError("The split of this case needs three parts");
  return tf.concat([tf.mul(third, 3), first], axis);
}

function twoOfUnstack(x: tf.Tensor, attributes: Attributes): tf.Tensor {
  const [first, , third] = tf.unstack(x, numberOf(attributes, "axis"));
  if (!first || !third) throw new RangeError("The axis of this case needs length 3");
  return tf.sub(tf.mul(third, 2), first);
}

function everyFew(inputs: Tensors, attributes: Attributes): tf.Tensor {
  return tf.stridedSlice(
    tensorOf(inputs, "x"),
    numbersOf(attributes, "begin"),
    numbersOf(attributes, "end"),
    numbersOf(attributes, "strides"),
  );
}

function parts({ gy: _gy, ...tensors }: Tensors): tf.Tensor[] {
  return Object.keys(tensors).sort().map((name) => tensorOf(tensors, name));
}
