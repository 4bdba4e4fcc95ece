/**
 * Dropout whose choices are a function of the step's key, the place and the position: the same on
 * every backend, compiled or not, and the same when a backward pass computes a block again.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { bitwiseAnd, bitwiseXor, rightShift } from "../engine/ops/bitwise.ts";
import { tf } from "../engine/tf.ts";
import { castLike } from "./compute_type.ts";

/** What {@linkcode dropout} draws from. */
export interface DropoutSource {
  /** The share of numbers that become zero, from 0 to below 1. */
  readonly rate: number;
  /** The key of the step, an int32 scalar. */
  readonly key: tf.Scalar;
}

/** Sets a share of a residual branch to zero. */
export type Dropout = (xND: tf.Tensor2D, place: string) => tf.Tensor2D;

/**
 * Sets numbers to zero with probability `rate` and multiplies the others by `1 / (1 - rate)`.
 *
 * Source: Srivastava et al., "Dropout", JMLR 2014.
 *
 * @returns A function of a tensor and the name of its place in the model.
 * @throws {RangeError} If the rate is not from 0 to below 1.
 */
export function dropout({ rate, key }: DropoutSource): Dropout {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`A dropout rate must be from 0 to below 1: current value is ${rate}`);
  }
  if (rate === 0) return (xND) => xND;
  const dropped = Math.round(rate * 2 ** 24);
  return (xND, place) => {
    const drawn = logicalShift(randomWords(xND.shape, { key, place }), 8);
    const kept = tf.cast(tf.greaterEqual(drawn, integer(dropped)), "float32");
    return tf.mul(xND, castLike(tf.mul(kept, 2 ** 24 / (2 ** 24 - dropped)), xND));
  };
}

// A hash of key and row, then of that, the place and the column.
function randomWords(
  [rows, columns]: readonly [number, number],
  { key, place }: { key: tf.Scalar; place: string },
): tf.Tensor {
  const row = tf.mul(tf.range(0, rows, 1, "int32"), integer(0x9e3779b1));
  const column = tf.mul(tf.range(0, columns, 1, "int32"), integer(0x85ebca77));
  const seeded = mix(tf.add(row, key));
  return mix(bitwiseXor(tf.expandDims(seeded, 1), tf.add(column, integer(placeWord(place)))));
}

// A bijection of 32-bit words in which each bit of the result hangs on each bit of the input; the
// constants are those that the search of C. Wellons, "hash-prospector", 2018, found best.
function mix(word: tf.Tensor): tf.Tensor {
  const first = tf.mul(bitwiseXor(word, logicalShift(word, 16)), integer(0x7feb352d));
  const second = tf.mul(bitwiseXor(first, logicalShift(first, 15)), integer(0x846ca68b));
  return bitwiseXor(second, logicalShift(second, 16));
}

function logicalShift(word: tf.Tensor, by: number): tf.Tensor {
  return bitwiseAnd(rightShift(word, integer(by)), integer(2 ** (32 - by) - 1));
}

function integer(word: number): tf.Scalar {
  return tf.scalar(word | 0, "int32");
}

function placeWord(place: string): number {
  return createHash("sha256").update(place).digest().readInt32LE(0);
}
