import { decodeFloats } from "../float_bytes.ts";
import { dequantizeQ4_0 } from "./q4_0.ts";
import { dequantizeQ4_1 } from "./q4_1.ts";
import { dequantizeQ4_K } from "./q4_k.ts";
import { dequantizeQ5_0 } from "./q5_0.ts";
import { dequantizeQ5_1 } from "./q5_1.ts";
import { dequantizeQ6_K } from "./q6_k.ts";
import { dequantizeQ8_0 } from "./q8_0.ts";
import { blockLayout, type GgufTensorType } from "./tensor_types.ts";

const FORMATS: Partial<Record<GgufTensorType, (blocks: Uint8Array, out: Float32Array) => void>> = {
  Q4_0: dequantizeQ4_0,
  Q4_1: dequantizeQ4_1,
  Q5_0: dequantizeQ5_0,
  Q5_1: dequantizeQ5_1,
  Q8_0: dequantizeQ8_0,
  Q4_K: dequantizeQ4_K,
  Q6_K: dequantizeQ6_K,
};

/** The tensor types that {@linkcode dequantize} knows. */
export const READABLE_TYPES: readonly GgufTensorType[] = Object.freeze(
  ["F32", "F16", "BF16", ...Object.keys(FORMATS)] as GgufTensorType[],
);

/**
 * Converts the bytes of a GGUF tensor to float32 values, row-major.
 *
 * Each value equals the one of the format's definition evaluated in exact arithmetic and rounded once.
 * F32 is not copied: the result shares the memory of `bytes`.
 *
 * @throws {RangeError} If the type is not one of {@linkcode READABLE_TYPES}, or the bytes are not a
 * whole number of blocks.
 */
export function dequantize(
  bytes: Uint8Array<ArrayBuffer>,
  type: GgufTensorType,
): Float32Array<ArrayBuffer> {
  if (type === "F32" || type === "F16" || type === "BF16") return decodeFloats(bytes, type);
  const format = FORMATS[type];
  if (format === undefined) {
    throw new RangeError(
      `Cannot dequantize type ${type}: readable types are ${READABLE_TYPES.join(", ")}`,
    );
  }
  const block = blockLayout(type);
  if (bytes.length % block.bytes !== 0) {
    throw new RangeError(
      `Blocks of ${type} take ${block.bytes} bytes each: current length is ${bytes.length}`,
    );
  }
  const out = new Float32Array(bytes.length / block.bytes * block.elements);
  format(bytes, out);
  return out;
}
