import type { tf } from "../../mod.ts";

/** The elements of a tensor, which is freed. */
export function take(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` numbers between `low` and `high`, the same for the same seed. */
export function uniformValues(
  seed: number,
  { count, low = -1, high = 1 }: { count: number; low?: number; high?: number },
): Float32Array {
  const next = uniform(seed);
  return Float32Array.from({ length: count }, () => low + (high - low) * next());
}
