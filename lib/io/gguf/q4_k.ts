import { HALF_FLOATS } from "./half_floats.ts";

/**
 * Dequantizes Q4_K: `w = (d s) q - (dmin m)`, 256 values as 8 groups of 32 with scales of 6 bits.
 *
 * A block of 144 bytes: float16 `d` and `dmin`, 12 bytes with `s` and `m` of the groups, then 128 bytes
 * of codes `q`, 32 bytes for two groups: the first in the low nibbles, the second in the high ones.
 */
export function dequantizeQ4_K(blocks: Uint8Array, out: Float32Array): void {
  for (let from = 0, to = 0; from < blocks.length; from += 144, to += 256) {
    const d = HALF_FLOATS[blocks[from]! | blocks[from + 1]! << 8]!;
    const dmin = HALF_FLOATS[blocks[from + 2]! | blocks[from + 3]! << 8]!;
    for (let group = 0; group < 8; group++) {
      const scale = d * groupScale(blocks, from + 4, group);
      const minimum = dmin * groupMinimum(blocks, from + 4, group);
      const codes = from + 16 + (group >> 1) * 32;
      const shift = (group & 1) * 4;
      for (let i = 0; i < 32; i++) {
        out[to + group * 32 + i] = scale * (blocks[codes + i]! >> shift & 15) - minimum;
      }
    }
  }
}

// Bytes 0-3 hold the scales of groups 0-3 in their lower 6 bits, and bytes 4-7 the minima. Groups 4-7
// have their lower 4 bits in bytes 8-11 (scale low, minimum high) and the upper 2 bits atop bytes 0-7.
function groupScale(blocks: Uint8Array, at: number, group: number): number {
  if (group < 4) return blocks[at + group]! & 63;
  return blocks[at + group + 4]! & 15 | (blocks[at + group - 4]! >> 6) << 4;
}

function groupMinimum(blocks: Uint8Array, at: number, group: number): number {
  if (group < 4) return blocks[at + group + 4]! & 63;
  return blocks[at + group + 4]! >> 4 | (blocks[at + group]! >> 6) << 4;
}
