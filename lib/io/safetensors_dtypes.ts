/**
 * The element types of the safetensors format with their bits, from the smallest alignment to the
 * largest; two types of one size stand in the order of the format's own library, whose files we equal.
 */
const BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** The name of an element type of the safetensors format. */
export type SafetensorsDtype = keyof typeof BITS;

/** Every element type of the format, in the order in which a file's tensors are sorted backwards. */
export const SAFETENSORS_DTYPES: readonly SafetensorsDtype[] = Object.freeze(
  Object.keys(BITS) as SafetensorsDtype[],
);

const KNOWN: ReadonlySet<string> = new Set(SAFETENSORS_DTYPES);

/** True for the name of an element type of the format. */
export function isSafetensorsDtype(name: string): name is SafetensorsDtype {
  return KNOWN.has(name);
}

/**
 * Returns the bytes that a tensor takes: `product(shape) * bits / 8`.
 *
 * @throws {RangeError} If a size is not an integer from 0, if the product is above `2^53 - 1` bits, or
 * if elements of 4 or 6 bits do not fill whole bytes.
 */
export function safetensorsByteLength(dtype: SafetensorsDtype, shape: readonly number[]): number {
  let bits: number = BITS[dtype];
  // A zero further on does not excuse an overflow: other readers multiply from the left as well.
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`A size of a shape must be an integer from 0: current value is ${size}`);
    }
    bits *= size;
    if (bits > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`A tensor must have at most 2^53 - 1 bits: current shape is [${shape}]`);
    }
  }
  if (bits % 8 !== 0) {
    throw new RangeError(
      `Elements of ${dtype} must fill whole bytes: current shape is [${shape}], ${bits} bits`,
    );
  }
  return bits / 8;
}
