import { HALF_FLOATS } from "./half_floats.ts";

/**
 * Dequantizes Q4_0: `w = d (q - 8)`, one scale for 32 values.
 *
 * A block of 18 bytes: float16 `d`, then 16 bytes whose low nibbles are the codes `q` of the first 16
 * values, and whose high nibbles are those of the last 16.
 */
export function dequantizeQ4_0(blocks: Uint8Array, out: Float32Array): void {
  for (let from = 0, to = 0; from < blocks.length; from += 18, to += 32) {
    const d = HALF_FLOATS[blocks[from]! | blocks[from + 1]! << 8]!;
    for (let i = 0; i < 16; i++) {
      const pair = blocks[from + 2 + i]!;
      out[to + i] = d * ((pair & 15) - 8);
      out[to + 16 + i] = d * ((pair >> 4) - 8);
    }
  }
}
