/**
 * NormalFloat4 with double quantization (QLoRA), as bitsandbytes stores it: 4.127 bits a weight.
 *
 * Flat blocks of 64 weights: `absmax = max|w|`, codes are the nearest levels to `w / absmax`. The
 * sizes less their mean are quantized again in blocks of 256, to the levels of an 8-bit map.
 *
 * @module
 */
import { bitwiseAnd, leftShift, rightShift } from "../../engine/ops/bitwise.ts";
import { cast } from "../../engine/ops/cast.ts";
import { tf } from "../../engine/tf.ts";
import { type BlockCodes, dequantizeBlocks, quantizeBlocks } from "./blocks.ts";
import { DYNAMIC_LEVELS, NF4_LEVELS } from "./levels.ts";

/** Weights in a block, and sizes in a block of the second level. */
export interface Nf4Blocks {
  /** 64 by default. */
  readonly block?: number;
  /** 256 by default. */
  readonly block2?: number;
}

/** Sizes of blocks, quantized. */
export type DoubleQuantized = {
  /** Indices into the dynamic map, uint8, one a block. */
  readonly absmaxCodes: tf.Tensor;
  readonly absmax2: tf.Tensor1D;
  /** The mean of the sizes. */
  readonly offset: tf.Scalar;
};

/** A stored weight matrix. */
export type Nf4Weights = DoubleQuantized & {
  /** Two codes a byte, uint8; the high nibble is the even place. */
  readonly packed: tf.Tensor;
};

/** The form of a stored weight matrix. */
export interface Nf4Form extends Nf4Blocks {
  /** The weights' shape. */
  readonly shape: readonly number[];
}

/** Stores weights; see the module. */
export function storeNf4(w: tf.Tensor, options: Nf4Blocks = {}): Nf4Weights {
  return tf.tidy(() => {
    const { codes, absmax } = nf4Codes(w, options);
    return { packed: packNibbles(codes), ...doubleQuantize(absmax, options) };
  });
}

/** The stored weights, float32; constant in the backward pass. */
export function loadNf4(stored: Nf4Weights, form: Nf4Form): tf.Tensor {
  const count = form.shape.reduce((a, b) => a * b, 1);
  return tf.tidy(() => {
    const codes = unpackNibbles(stored.packed, count);
    const values = nf4Values({ codes, absmax: doubleDequantize(stored, form) }, form);
    return tf.reshape(values, [...form.shape]);
  });
}

/** Codes of the first level and the sizes of their blocks, before the second. */
export function nf4Codes(w: tf.Tensor, { block = 64 }: Nf4Blocks = {}): BlockCodes {
  return quantizeBlocks(w, { block, levels: NF4_LEVELS });
}

/** `level absmax`, `[N]`. */
export function nf4Values(codes: BlockCodes, { block = 64 }: Nf4Blocks = {}): tf.Tensor1D {
  return dequantizeBlocks(codes, { block, levels: NF4_LEVELS });
}

/** Quantizes the sizes of blocks. */
export function doubleQuantize(
  absmax: tf.Tensor1D,
  { block2 = 256 }: Nf4Blocks = {},
): DoubleQuantized {
  return tf.tidy(() => {
    const offset = tf.mean(absmax) as tf.Scalar;
    const { codes, absmax: absmax2 } = quantizeBlocks(tf.sub(absmax, offset), {
      block: block2,
      levels: DYNAMIC_LEVELS,
    });
    return { absmaxCodes: cast(codes, "uint8"), absmax2, offset };
  });
}

/** The sizes that {@linkcode doubleQuantize} kept: `map[code] absmax2 + offset`. */
export function doubleDequantize(
  { absmaxCodes, absmax2, offset }: DoubleQuantized,
  { block2 = 256 }: Nf4Blocks = {},
): tf.Tensor1D {
  return tf.tidy(() => {
    const codes = cast(absmaxCodes, "int32") as tf.Tensor1D;
    const values = dequantizeBlocks({ codes, absmax: absmax2 }, {
      block: block2,
      levels: DYNAMIC_LEVELS,
    });
    return tf.add(values, offset);
  });
}

/** Codes of 0 to 15, two a byte, the first in the high nibble; an odd end is filled with 0. */
export function packNibbles(codes: tf.Tensor1D): tf.Tensor {
  return tf.tidy(() => {
    const pairs = tf.reshape(tf.pad(codes, [[0, codes.size % 2]]), [-1, 2]);
    return cast(tf.sum(leftShift(pairs, nibblePlaces()), -1), "uint8");
  });
}

/** The first `count` codes of {@linkcode packNibbles}, int32. */
export function unpackNibbles(packed: tf.Tensor, count: number): tf.Tensor1D {
  return tf.tidy(() => {
    const bytes = tf.expandDims(cast(packed, "int32"), -1);
    const pairs = bitwiseAnd(rightShift(bytes, nibblePlaces()), tf.scalar(15, "int32"));
    return tf.slice(tf.reshape(pairs, [-1]) as tf.Tensor1D, 0, count);
  });
}

function nibblePlaces(): tf.Tensor1D {
  return tf.tensor1d([4, 0], "int32");
}
