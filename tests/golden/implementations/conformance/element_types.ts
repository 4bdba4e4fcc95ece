import {
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  cast,
  type DType,
  leftShift,
  rightShift,
} from "../../../../lib/engine/mod.ts";
import { tf } from "../../../../lib/engine/tf.ts";
import { textOf } from "../../attributes.ts";
import {
  differentiable,
  forward,
  type Implementation,
  tensorOf,
  type Tensors,
} from "../../implementation.ts";
import type { Attributes } from "../../manifest.ts";

const BITWISE = {
  "bitwise-and": bitwiseAnd,
  "bitwise-or": bitwiseOr,
  "bitwise-xor": bitwiseXor,
  "shift-left": leftShift,
  "shift-right": rightShift,
};

/** The engine's own ops: bits, and element types that TF.js does not know. */
export const ELEMENT_TYPES: readonly (readonly [string, Implementation])[] = [
  ...Object.entries(BITWISE).map(([name, op]) =>
    [
      `op-${name}`,
      forward((inputs) => ({ y: op(tensorOf(inputs, "a"), tensorOf(inputs, "b")) })),
    ] as const
  ),
  ["op-nibbles", forward(nibbles)],
  [
    "op-cast",
    differentiable((inputs, attributes) => cast(tensorOf(inputs, "x"), typeOf(attributes))),
  ],
  [
    "op-dequantize",
    forward((inputs, attributes) => {
      const codes = cast(tensorOf(inputs, "x"), typeOf(attributes));
      return { y: tf.mul(cast(codes, "float32"), tensorOf(inputs, "s")) };
    }),
  ],
];

function typeOf(attributes: Attributes): DType {
  return textOf(attributes, "dtype") as DType;
}

/** Packs pairs of 4-bit codes, low nibble first, and unpacks them with their signs. */
function nibbles(inputs: Tensors): Tensors {
  const codes = cast(tensorOf(inputs, "codes"), "int32");
  const [rows = 0, columns = 0] = codes.shape;
  const int = (value: number) => tf.scalar(value, "int32");
  const [low, high] = tf.unstack(tf.reshape(codes, [rows, columns / 2, 2]), 2)
    .map((half) => bitwiseAnd(half, int(15))) as [tf.Tensor, tf.Tensor];
  const packed = cast(bitwiseOr(low, leftShift(high, int(4))), "uint8");
  const bytes = cast(packed, "int32");
  const halves = [leftShift(bytes, int(28)), leftShift(bytes, int(24))];
  const signed = tf.stack(halves.map((half) => rightShift(half, int(28))), 2);
  return { packed, codes: tf.reshape(signed, [rows, columns]) };
}
