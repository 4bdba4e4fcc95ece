/**
 * Philox 4x32-10, a counter-based random generator: the same counter and key always give the same
 * four words, so a stream needs no state and any place in it is reached at once.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @module
 */

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
// The golden ratio and sqrt(3) - 1 as 32-bit fractions: each round adds them to the key.
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;

/** Four 32-bit words, each from 0 to 2^32 - 1. */
export type PhiloxWords = readonly [number, number, number, number];

/** The key of {@linkcode philox}: two 32-bit words. */
export type PhiloxKey = readonly [number, number];

/**
 * Returns the four random words that belong to a counter and a key.
 *
 * @example The generator has no state
 * ```ts
 * import { philox } from "./philox.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(philox([0, 0, 0, 0], [0, 0])[0], 0x6627e8d5);
 * ```
 */
export function philox(counter: PhiloxWords, key: PhiloxKey): PhiloxWords {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highWord(MULTIPLIERS[0], c0);
    const low0 = Math.imul(MULTIPLIERS[0], c0);
    const high1 = highWord(MULTIPLIERS[1], c2);
    const low1 = Math.imul(MULTIPLIERS[1], c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + WEYL[0]) >>> 0;
    k1 = (k1 + WEYL[1]) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * Turns a seed into a key: its low and its high 32 bits.
 *
 * @throws {RangeError} If `seed` is not an integer from 0 to 2^53 - 1.
 */
export function philoxKey(seed: number): PhiloxKey {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot make a random key: 'seed' must be an integer from 0 to 2^53 - 1: current value is ${seed}`,
    );
  }
  return [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
}

// The product of two 32-bit words does not fit a double, so it is built from 16-bit halves.
function highWord(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (aLow * bHigh + (middle & 0xffff)) / 0x10000;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry)) >>> 0;
}
