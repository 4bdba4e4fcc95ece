import type { DType } from "../../dtype.ts";

// The numbers of PJRT_Buffer_Type.
const TYPES: readonly (readonly [DType, number])[] = [
  ["bool", 1],
  ["int8", 2],
  ["int16", 3],
  ["int32", 4],
  ["int64", 5],
  ["uint8", 6],
  ["float16", 10],
  ["float32", 11],
  ["float64", 12],
  ["bfloat16", 13],
  ["complex64", 14],
  ["float8e5m2", 16],
  ["float8e4m3fn", 17],
  ["int4", 21],
  ["uint4", 22],
];

const BY_NAME = new Map(TYPES);
const BY_CODE = new Map(TYPES.map(([name, code]) => [code, name]));

/**
 * The number of an element type in PJRT.
 *
 * @throws {TypeError} If PJRT has no such type.
 */
export function bufferType(dtype: DType): number {
  const code = BY_NAME.get(dtype);
  if (code === undefined) throw new TypeError(`A device cannot hold elements of dtype '${dtype}'`);
  return code;
}

/**
 * The element type of a number of PJRT.
 *
 * @throws {TypeError} If the engine has no such type.
 */
export function dtypeOfBufferType(code: number): DType {
  const dtype = BY_CODE.get(code);
  if (!dtype) throw new TypeError(`The engine has no dtype for PJRT's buffer type ${code}`);
  return dtype;
}
