/**
 * How codes lie in bytes. A row's codes are one stream of bits, low bits first, and each row starts
 * at a new byte: 4 bits take the low nibble for even places, 2 bits four codes a byte, 3 bits eight
 * codes in three bytes. Other widths take a byte a code. Negative codes are in two's complement.
 *
 * @module
 */

/** A run of codes that fills whole bytes. */
export interface PackingLayout {
  /** Bits a code. */
  readonly bits: number;
  /** Codes in a run. */
  readonly codes: number;
  /** Bytes that a run takes. */
  readonly bytes: number;
}

/** The layout of a width, 2 to 8 bits. */
export function packingLayout(bits: number): PackingLayout {
  switch (bits) {
    case 2:
      return { bits: 2, codes: 4, bytes: 1 };
    case 3:
      return { bits: 3, codes: 8, bytes: 3 };
    case 4:
      return { bits: 4, codes: 2, bytes: 1 };
    default:
      return { bits: 8, codes: 1, bytes: 1 };
  }
}

/** Bytes that a row of codes takes: the last run may be short of codes, never of bytes that hold some. */
export function packedLength(inputs: number, bits: number): number {
  return Math.ceil(inputs * packingLayout(bits).bits / 8);
}
