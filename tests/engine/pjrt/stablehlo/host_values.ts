import type { DType } from "../../../../lib/engine/mod.ts";
import { viewAs } from "../../../../lib/engine/host_data.ts";
import { decodeFloats, encodeFloats, type FloatDtype } from "../../../../lib/io/float_bytes.ts";

const FLOATS: Partial<Record<DType, FloatDtype>> = {
  float64: "F64",
  float16: "F16",
  bfloat16: "BF16",
};

/** The bytes of values, as TF.js gives them, in an element type that holds them exactly. */
export function encodeValues(values: ArrayLike<number>, dtype: DType): Uint8Array {
  const float = FLOATS[dtype];
  if (float) return encodeFloats(Float32Array.from(values), float);
  const array = dtype === "float32" || dtype === "complex64"
    ? Float32Array.from(values)
    : dtype === "int32"
    ? Int32Array.from(values)
    : dtype === "int64"
    ? BigInt64Array.from(Array.from(values, BigInt))
    : dtype === "int16"
    ? Int16Array.from(values)
    : dtype === "int8" || dtype === "uint8" || dtype === "bool"
    ? Uint8Array.from(values)
    : undefined;
  if (!array) throw new TypeError(`The tests hand no ${dtype} tensors to a program`);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The values behind bytes, as TF.js takes them. */
export function decodeValues(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: DType,
): Float32Array | Int32Array {
  const float = FLOATS[dtype];
  if (float) return decodeFloats(bytes, float);
  // Both 8-bit floats have their sign first; e5m2 is the upper half of a float16.
  if (dtype === "float8e5m2") {
    return decodeFloats(Uint8Array.from([...bytes].flatMap((byte) => [0, byte])), "F16");
  }
  if (dtype === "float8e4m3fn") return Float32Array.from(bytes, decodeFloat8);
  const values = viewAs(bytes, dtype);
  return values instanceof Float32Array ? values : Int32Array.from(values, Number);
}

// Four bits of exponent with bias 7 and three of mantissa; all ones are NaN, and nothing is infinite.
function decodeFloat8(byte: number): number {
  const sign = byte & 0x80 ? -1 : 1;
  const [exponent, mantissa] = [byte >> 3 & 15, byte & 7];
  if ((byte & 0x7f) === 0x7f) return NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -9 : (8 + mantissa) * 2 ** (exponent - 10));
}
