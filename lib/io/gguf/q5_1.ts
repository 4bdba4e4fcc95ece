import { HALF_FLOATS } from "./half_floats.ts";

/**
 * Dequantizes Q5_1: `w = d q + m`, one scale and one minimum for 32 values.
 *
 * A block of 24 bytes: float16 `d` and `m`, 4 bytes with the fifth bit of each code `q`, value 0 lowest,
 * then 16 bytes with the other four bits, first 16 values in the low nibbles.
 */
export function dequantizeQ5_1(blocks: Uint8Array, out: Float32Array): void {
  for (let from = 0, to = 0; from < blocks.length; from += 24, to += 32) {
    const d = HALF_FLOATS[blocks[from]! | blocks[from + 1]! << 8]!;
    const m = HALF_FLOATS[blocks[from + 2]! | blocks[from + 3]! << 8]!;
    const lowBits = blocks[from + 4]! | blocks[from + 5]! << 8;
    const highBits = blocks[from + 6]! | blocks[from + 7]! << 8;
    for (let i = 0; i < 16; i++) {
      const pair = blocks[from + 8 + i]!;
      out[to + i] = d * (pair & 15 | (lowBits >> i & 1) << 4) + m;
      out[to + 16 + i] = d * (pair >> 4 | (highBits >> i & 1) << 4) + m;
    }
  }
}
