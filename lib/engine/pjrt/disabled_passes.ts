/**
 * Passes of XLA that a program is compiled without.
 *
 * @module
 */

/**
 * XLA for the CPU takes optimization barriers away before it merges equal computations: what a
 * backward pass is to compute again would then be kept.
 */
export function passesThatDropBarriers(platform: string): readonly string[] {
  return platform === "cpu" ? ["cse_barrier_expander"] : [];
}

/** XLA for the CPU widens 16-bit products to float32, which is not what an accelerator would do. */
export function passesThatWiden(platform: string): readonly string[] {
  return platform === "cpu" ? ["change-op-data-type"] : [];
}
