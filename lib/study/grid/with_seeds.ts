import { product } from "./product.ts";

/** Every entry once for each seed; the seeds run fastest. */
export function withSeeds<T extends { readonly seed?: number }>(
  list: readonly T[],
  seeds: readonly number[],
): T[] {
  return product<T | { seed: number }>(list, seeds.map((seed) => ({ seed }))) as T[];
}
