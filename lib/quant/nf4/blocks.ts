import { tf } from "../../engine/tf.ts";
import { levelsAt, nearestLevel } from "./nearest_level.ts";

/** Values as indices of levels, and the largest size of each block. */
export type BlockCodes = {
  /** `[N]`, int32. */
  readonly codes: tf.Tensor1D;
  /** `[ceil(N / block)]`. */
  readonly absmax: tf.Tensor1D;
};

/** How values are cut and what they become. */
export interface BlockOptions {
  /** Values in a block; the last may be short. */
  readonly block: number;
  readonly levels: Float32Array;
}

/** Blocks of `x / max|x|` to the nearest level; a block of zeros to the level of 0. */
export function quantizeBlocks(x: tf.Tensor, { block, levels }: BlockOptions): BlockCodes {
  return tf.tidy(() => {
    const rows = rowsOf(x, block);
    const absmax = tf.max(tf.abs(rows), -1) as tf.Tensor1D;
    const divisor = tf.where(tf.equal(absmax, 0), tf.onesLike(absmax), absmax);
    const codes = nearestLevel(tf.div(rows, tf.expandDims(divisor, -1)), levels);
    return { codes: tf.slice(tf.reshape(codes, [-1]) as tf.Tensor1D, 0, x.size), absmax };
  });
}

/** `level absmax` for every code, `[N]`. */
export function dequantizeBlocks(
  { codes, absmax }: BlockCodes,
  { block, levels }: BlockOptions,
): tf.Tensor1D {
  return tf.tidy(() => {
    const values = tf.mul(levelsAt(rowsOf(codes, block), levels), tf.expandDims(absmax, -1));
    return tf.slice(tf.reshape(values, [-1]) as tf.Tensor1D, 0, codes.size);
  });
}

function rowsOf(x: tf.Tensor, block: number): tf.Tensor2D {
  const rows = Math.ceil(x.size / block);
  const flat = tf.reshape(x, [x.size]) as tf.Tensor1D;
  return tf.reshape(tf.pad(flat, [[0, rows * block - x.size]]), [rows, block]);
}
