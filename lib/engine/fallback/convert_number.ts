import type { FloatFormat, IntegerFormat, NumberFormat } from "./number_format.ts";

const BITS = new Uint32Array(1);
const FLOAT = new Float32Array(BITS.buffer);

/** The function that brings a number to the nearest that a format holds. */
export function numberConverter(format: NumberFormat): (x: number) => number {
  switch (format.kind) {
    case "float":
      return (x) => roundToFormat(x, format);
    case "integer":
      return (x) => wrapInteger(x, format);
    case "bool":
      return (x) => x === 0 ? 0 : 1;
    case "float32":
      return (x) => x;
  }
}

/**
 * A float32 number in a smaller format, rounded half to even.
 *
 * `q = 2^(max(exponent(x), minExponent) - mantissaBits)`, `y = roundHalfEven(x / q) * q`
 */
export function roundToFormat(x: number, format: FloatFormat): number {
  const { mantissaBits, minExponent, max, overflow } = format;
  const tooLarge = overflow === "nan" ? NaN : Math.sign(x) * Infinity;
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : tooLarge;
  const quantum = 2 ** (Math.max(exponentOf(x), minExponent) - mantissaBits);
  const y = roundHalfEven(x / quantum) * quantum;
  return Math.abs(y) > max ? tooLarge : y;
}

/** Cut towards zero, then the low bits; as C does where the value fits into 32 bits. */
export function wrapInteger(x: number, { bits, signed }: IntegerFormat): number {
  const unused = 32 - bits;
  // `|` and `<<` work modulo 2^32, and take NaN and infinities as 0.
  const high = (x | 0) << unused;
  return signed ? high >> unused : high >>> unused;
}

function exponentOf(x: number): number {
  FLOAT[0] = x;
  return ((BITS[0]! >>> 23) & 0xff) - 127;
}

// Exact for the numbers here: below 2^24 in size, and adding 2^52 leaves no bit behind the point.
function roundHalfEven(x: number): number {
  const shift = x < 0 ? -(2 ** 52) : 2 ** 52;
  const rounded = x + shift - shift;
  return rounded === 0 ? 0 * Math.sign(x) : rounded;
}
