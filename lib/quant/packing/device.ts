/**
 * Packing as tensor ops, in the layout of `layout.ts`; inside a compiled function they fuse.
 *
 * @module
 */
import { bitwiseAnd, bitwiseXor, leftShift, rightShift } from "../../engine/ops/bitwise.ts";
import { cast } from "../../engine/ops/cast.ts";
import { tf } from "../../engine/tf.ts";
import { requireBits } from "../grid.ts";
import type { UnpackForm } from "./host.ts";
import { packedLength, packingLayout } from "./layout.ts";

/**
 * Codes `[O, I]` as bytes `[O, packedLength]`, an engine tensor of `uint8`.
 *
 * @param codes Integers that fit the bits (which is not checked), as any integer or float type.
 * @throws {RangeError} If `bits` is not an integer from 2 to 8.
 */
export function packCodes(codes: tf.Tensor, bits: number): tf.Tensor2D {
  requireBits(bits);
  const layout = packingLayout(bits);
  const [rows = 0, inputs = 0] = codes.shape;
  return tf.tidy(() => {
    const mask = bitwiseAnd(cast(codes, "int32"), integer(2 ** layout.bits - 1));
    const runs = Math.ceil(inputs / layout.codes);
    const padded = tf.pad(mask as tf.Tensor2D, [[0, 0], [0, runs * layout.codes - inputs]]);
    const shifts = places(layout.codes, layout.bits);
    // The fields of a run do not overlap, so their sum is their union: at most 24 bits.
    const fields = leftShift(tf.reshape(padded, [rows, runs, layout.codes]), shifts);
    const words = tf.sum(fields, -1, true);
    const bytes = bitwiseAnd(rightShift(words, places(layout.bytes, 8)), integer(255));
    const whole = tf.reshape(bytes, [rows, runs * layout.bytes]);
    return cast(
      tf.slice(whole, [0, 0], [rows, packedLength(inputs, bits)]),
      "uint8",
    ) as tf.Tensor2D;
  });
}

/**
 * The codes `[O, I]` of {@linkcode packCodes}, as int32.
 *
 * @throws {RangeError} If the bytes do not have the form's length.
 */
export function unpackCodes(packed: tf.Tensor, form: UnpackForm): tf.Tensor2D {
  const { bits, inputs, signed } = form;
  requireBits(bits);
  const layout = packingLayout(bits);
  const [rows = 0, length] = packed.shape;
  if (packed.rank !== 2 || length !== packedLength(inputs, bits)) {
    throw new RangeError(
      `Packed codes of ${bits} bits and ${inputs} inputs need shape [outputs, ${
        packedLength(inputs, bits)
      }]: current shape is [${packed.shape}]`,
    );
  }
  return tf.tidy(() => {
    const fields = rightShift(wordsOf(packed, layout.bytes), places(layout.codes, layout.bits));
    const all = tf.reshape(bitwiseAnd(fields, integer(2 ** layout.bits - 1)), [rows, -1]);
    const codes = tf.slice(all, [0, 0], [rows, inputs]) as tf.Tensor2D;
    return signed ? signExtended(codes, layout.bits) : codes;
  });
}

/** The runs' bytes as one integer each, `[O, runs, 1]`. */
function wordsOf(packed: tf.Tensor, bytes: number): tf.Tensor {
  const [rows = 0, length = 0] = packed.shape;
  const runs = Math.ceil(length / bytes);
  const integers = cast(packed, "int32") as tf.Tensor2D;
  if (bytes === 1) return tf.reshape(integers, [rows, runs, 1]);
  const padded = tf.pad(integers, [[0, 0], [0, runs * bytes - length]]);
  const fields = leftShift(tf.reshape(padded, [rows, runs, bytes]), places(bytes, 8));
  return tf.sum(fields, -1, true);
}

function signExtended(codes: tf.Tensor2D, bits: number): tf.Tensor2D {
  const half = integer(2 ** (bits - 1));
  return tf.sub(bitwiseXor(codes, half), half);
}

function integer(value: number): tf.Scalar {
  return tf.scalar(value, "int32");
}

/** `0, width, 2 width, ...`, to shift the fields of a run by. */
function places(count: number, width: number): tf.Tensor1D {
  return tf.tensor1d(Int32Array.from({ length: count }, (_, i) => i * width), "int32");
}
