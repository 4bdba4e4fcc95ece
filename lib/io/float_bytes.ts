// Every system that Deno runs on is little-endian, as the files are, so views replace byte swaps.

/** An element type that {@linkcode decodeFloats} and {@linkcode encodeFloats} convert. */
export type FloatDtype = "F64" | "F32" | "F16" | "BF16";

const BYTES: Readonly<Record<FloatDtype, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

/** True for the name of an element type that can be converted to float32 values. */
export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return Object.hasOwn(BYTES, dtype);
}

/**
 * Converts raw little-endian elements to float32 values: exactly, but for F64, which rounds half to even.
 *
 * F32 that begins at a multiple of 4 is not copied: the result shares the memory of `bytes`.
 *
 * @throws {RangeError} If the bytes are not a whole number of elements.
 */
export function decodeFloats(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: FloatDtype,
): Float32Array<ArrayBuffer> {
  const size = BYTES[dtype];
  if (bytes.length % size !== 0) {
    throw new RangeError(`${dtype} takes ${size} bytes each: current length is ${bytes.length}`);
  }
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const length = bytes.length / size;
  switch (dtype) {
    case "F64":
      return new Float32Array(new Float64Array(buffer, byteOffset, length));
    case "F32":
      return new Float32Array(buffer, byteOffset, length);
    case "F16":
      return new Float32Array(new Float16Array(buffer, byteOffset, length));
    case "BF16":
      return widenBfloat16(new Uint16Array(buffer, byteOffset, length));
  }
}

/**
 * Converts float32 values to raw little-endian elements, rounding half to even.
 *
 * A value above the range of F16 or BF16 becomes infinite; NaN stays NaN. F32 shares the memory of `values`.
 */
export function encodeFloats(
  values: Float32Array<ArrayBuffer>,
  dtype: FloatDtype,
): Uint8Array<ArrayBuffer> {
  const elements = {
    F64: () => new Float64Array(values),
    F32: () => values,
    F16: () => new Float16Array(values),
    BF16: () => narrowBfloat16(values),
  }[dtype]();
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}

// A bfloat16 is the upper half of a float32.
function widenBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < words.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}

function narrowBfloat16(values: Float32Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const word = words[i]!;
    const isNan = (word & 0x7fffffff) > 0x7f800000;
    // A NaN whose bits all lie in the lower half would become infinite: set its quiet bit.
    halves[i] = isNan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return halves;
}
