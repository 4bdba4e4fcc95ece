import { HALF_FLOATS } from "./half_floats.ts";

/**
 * Dequantizes Q8_0: `w = d q`, one scale for 32 values.
 *
 * A block of 34 bytes: float16 `d`, then 32 signed bytes `q`.
 */
export function dequantizeQ8_0(blocks: Uint8Array, out: Float32Array): void {
  for (let from = 0, to = 0; from < blocks.length; from += 34, to += 32) {
    const d = HALF_FLOATS[blocks[from]! | blocks[from + 1]! << 8]!;
    for (let i = 0; i < 32; i++) out[to + i] = d * (blocks[from + 2 + i]! << 24 >> 24);
  }
}
