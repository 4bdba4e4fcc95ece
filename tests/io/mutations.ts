import { seededIntegers } from "./helpers.ts";

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d, 0x39, 0x2d, 0x5c];

/**
 * Yields `count` damaged copies of a file: flipped bits, edge bytes, cuts, inserted and repeated
 * pieces, and little-endian integers set to extremes. The same seed gives the same copies.
 *
 * Damage falls within the first `within` bytes.
 */
export function* mutations(
  original: Uint8Array,
  { count, seed, within }: { count: number; seed: number; within: number },
): Generator<Uint8Array<ArrayBuffer>> {
  const random = seededIntegers(seed);
  for (let i = 0; i < count; i++) {
    let bytes: Uint8Array<ArrayBuffer> = Uint8Array.from(original);
    for (let hits = 1 + random(3); hits > 0; hits--) {
      bytes = damaged(bytes, random, Math.min(within, bytes.length));
    }
    yield bytes;
  }
}

function damaged(
  bytes: Uint8Array<ArrayBuffer>,
  random: (below: number) => number,
  within: number,
): Uint8Array<ArrayBuffer> {
  if (within === 0) return bytes;
  const at = random(within);
  switch (random(7)) {
    case 0:
      bytes[at]! ^= 1 << random(8);
      return bytes;
    case 1:
      bytes[at] = EDGES[random(EDGES.length)]!;
      return bytes;
    case 2:
      bytes[at] = random(256);
      return bytes;
    case 3:
      return bytes.slice(0, random(bytes.length));
    case 4:
      return spliced(bytes, at, bytes.subarray(at, at + 1 + random(16)));
    case 5:
      return spliced(bytes, at, Uint8Array.from({ length: 1 + random(9) }, () => random(256)));
    default: {
      const width = 1 << random(4);
      for (let i = 0; i < width && at + i < bytes.length; i++) bytes[at + i] = random(4) ? 0xff : 0;
      return bytes;
    }
  }
}

function spliced(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length + piece.length);
  result.set(bytes.subarray(0, at));
  result.set(piece, at);
  result.set(bytes.subarray(at), at + piece.length);
  return result;
}
