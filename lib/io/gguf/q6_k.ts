import { HALF_FLOATS } from "./half_floats.ts";

/**
 * Dequantizes Q6_K: `w = (d s) (q - 32)`, 256 values as 16 groups of 16 with signed scales of 8 bits.
 *
 * A block of 210 bytes: 128 bytes with the lower 4 bits of the codes `q`, 64 bytes with their upper 2
 * bits, 16 scales `s`, float16 `d`. Each half of 128 values has 64 and 32 of these bytes: its quarters
 * of 32 values take the low nibbles of the first and the second 32 bytes, then the high nibbles, and
 * the bits 0-1, 2-3, 4-5 and 6-7 of the 32.
 */
export function dequantizeQ6_K(blocks: Uint8Array, out: Float32Array): void {
  for (let from = 0, to = 0; from < blocks.length; from += 210, to += 256) {
    const d = HALF_FLOATS[blocks[from + 208]! | blocks[from + 209]! << 8]!;
    for (let group = 0; group < 16; group++) {
      const scale = d * (blocks[from + 192 + group]! << 24 >> 24);
      const half = group >> 3;
      const quarter = group >> 1 & 3;
      const inQuarter = (group & 1) * 16;
      const low = from + half * 64 + (quarter & 1) * 32 + inQuarter;
      const high = from + 128 + half * 32 + inQuarter;
      const lowShift = (quarter >> 1) * 4;
      for (let i = 0; i < 16; i++) {
        const q = blocks[low + i]! >> lowShift & 15 | (blocks[high + i]! >> quarter * 2 & 3) << 4;
        out[to + group * 16 + i] = scale * (q - 32);
      }
    }
  }
}
