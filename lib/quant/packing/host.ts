import { requireBits } from "../grid.ts";
import { packedLength, packingLayout } from "./layout.ts";

/** The form of packed codes. */
export interface PackedForm {
  /** Bits a code, 2 to 8. */
  readonly bits: number;
  /** Codes in a row; each row starts at a new byte. */
  readonly inputs: number;
}

/** The form of packed codes that are to be unpacked. */
export interface UnpackForm extends PackedForm {
  /** Whether codes are in two's complement. */
  readonly signed: boolean;
}

/**
 * Codes as bytes; the layout is that of {@linkcode packingLayout}, with zero bits at the end of a row.
 *
 * @param codes Whole rows of integers from `-2^(b-1)` to `2^b-1`.
 * @throws {RangeError} If a code does not fit the bits, or the codes are no whole rows.
 */
export function packBytes(codes: ArrayLike<number>, { bits, inputs }: PackedForm): Uint8Array {
  const rows = rowsOf(codes.length, { bits, inputs });
  const width = packingLayout(bits).bits;
  const length = packedLength(inputs, bits);
  const bytes = new Uint8Array(rows * length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    requireCode(code, bits, i);
    const bit = (i % inputs) * width;
    const at = Math.floor(i / inputs) * length + (bit >> 3);
    const shifted = (code & (2 ** width - 1)) << (bit & 7);
    bytes[at]! |= shifted;
    if (shifted > 255) bytes[at + 1]! |= shifted >> 8;
  }
  return bytes;
}

/**
 * The codes of {@linkcode packBytes}, as they were given.
 *
 * @throws {RangeError} If the bytes are no whole rows.
 */
export function unpackBytes(bytes: Uint8Array, form: UnpackForm): Int16Array {
  const { bits, inputs, signed } = form;
  requireBits(bits);
  const width = packingLayout(bits).bits;
  const length = packedLength(inputs, bits);
  if (length === 0 || bytes.length % length !== 0) {
    throw new RangeError(
      `Packed codes of ${bits} bits and ${inputs} inputs take ${length} bytes a row: found ${bytes.length} bytes`,
    );
  }
  const codes = new Int16Array(bytes.length / length * inputs);
  for (let i = 0; i < codes.length; i++) {
    const bit = (i % inputs) * width;
    const at = Math.floor(i / inputs) * length + (bit >> 3);
    const both = bytes[at]! | (bytes[at + 1] ?? 0) << 8;
    const code = (both >> (bit & 7)) & (2 ** width - 1);
    codes[i] = signed && code >= 2 ** (width - 1) ? code - 2 ** width : code;
  }
  return codes;
}

function rowsOf(count: number, { bits, inputs }: PackedForm): number {
  requireBits(bits);
  if (Number.isInteger(inputs) && inputs > 0 && count % inputs === 0) return count / inputs;
  throw new RangeError(`Cannot pack ${count} codes in rows of ${inputs}: give whole rows`);
}

function requireCode(code: number, bits: number, index: number): void {
  if (Number.isInteger(code) && code >= -(2 ** (bits - 1)) && code < 2 ** bits) return;
  throw new RangeError(`Code ${code} at place ${index} does not fit ${bits} bits`);
}
