import type { tf } from "../engine/tf.ts";

/** An end of a grid: a number, or a scalar that a compiled function reads at every call. */
export type Bound = number | tf.Scalar;

/** The smallest and the largest code of a grid. */
export interface Bounds {
  /** The smallest code, `Qn`. */
  readonly qn: Bound;
  /** The largest code, `Qp`. */
  readonly qp: Bound;
}

/** The integers that a code of some bits can be. */
export interface Grid extends Bounds {
  /** Bits a code, 2 to 8. */
  readonly bits: number;
  readonly qn: number;
  readonly qp: number;
}

/**
 * The grid of two's complement: `-2^(b-1) .. 2^(b-1)-1`.
 *
 * @throws {RangeError} If `bits` is not an integer from 2 to 8.
 */
export function signedGrid(bits: number): Grid {
  requireBits(bits);
  return { bits, qn: -(2 ** (bits - 1)), qp: 2 ** (bits - 1) - 1 };
}

/**
 * The grid of unsigned codes: `0 .. 2^b-1`.
 *
 * @throws {RangeError} If `bits` is not an integer from 2 to 8.
 */
export function unsignedGrid(bits: number): Grid {
  requireBits(bits);
  return { bits, qn: 0, qp: 2 ** bits - 1 };
}

/** @throws {RangeError} If `bits` is not an integer from 2 to 8. */
export function requireBits(bits: number): void {
  if (Number.isInteger(bits) && bits >= 2 && bits <= 8) return;
  throw new RangeError(
    `Cannot build a grid: 'bits' must be an integer from 2 to 8: current value is ${bits}`,
  );
}
