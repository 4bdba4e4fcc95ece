import { HALF_FLOATS } from "./half_floats.ts";

/**
 * Dequantizes Q4_1: `w = d q + m`, one scale and one minimum for 32 values.
 *
 * A block of 20 bytes: float16 `d` and `m`, then 16 bytes whose low nibbles are the codes `q` of the
 * first 16 values, and whose high nibbles are those of the last 16.
 */
export function dequantizeQ4_1(blocks: Uint8Array, out: Float32Array): void {
  for (let from = 0, to = 0; from < blocks.length; from += 20, to += 32) {
    const d = HALF_FLOATS[blocks[from]! | blocks[from + 1]! << 8]!;
    const m = HALF_FLOATS[blocks[from + 2]! | blocks[from + 3]! << 8]!;
    for (let i = 0; i < 16; i++) {
      const pair = blocks[from + 4 + i]!;
      out[to + i] = d * (pair & 15) + m;
      out[to + 16 + i] = d * (pair >> 4) + m;
    }
  }
}
