/**
 * Quantized activations at the places where LR-QAT's paper has them (W-A-KV settings).
 *
 * @module
 */
import type { tf } from "../engine/tf.ts";
import { quantizeActivations } from "../quant/activations.ts";
import { requireBits } from "../quant/grid.ts";

/**
 * A place in a block where activations are quantized: the norms' outputs, the outputs of the key and
 * value projections, queries and keys after the rotation, what goes into the attention's output
 * projection, and what goes into the feed-forward part's.
 */
export const ACTIVATION_SITES = [
  "attention-norm",
  "key",
  "value",
  "rotated-query",
  "rotated-key",
  "attention-output",
  "mlp-norm",
  "gated",
] as const;

/** The name of one of {@linkcode ACTIVATION_SITES}. */
export type ActivationSite = typeof ACTIVATION_SITES[number];

/** Quantizes the activations of a site; the last dimension is the token's. */
export type QuantizeSite = <T extends tf.Tensor>(site: ActivationSite, x: T) => T;

/** Bits of activations, and of what the cache of keys and values holds. */
export interface ActivationBits {
  readonly activations: number;
  /** Of the outputs of the key and value projections. */
  readonly keysAndValues: number;
}

/**
 * Reads a setting of the paper's tables: `4-8-8`, `4-8-4` or `4-4-4`, bits of weights, activations,
 * and keys and values.
 *
 * @returns The weights' bits and those of activations.
 * @throws {RangeError} If the text is none, or bits are not from 2 to 8.
 */
export function parseWeightActivationBits(
  text: string,
): ActivationBits & { readonly weights: number } {
  const [, weights, activations, keysAndValues] = text.match(/^(\d)-(\d)-(\d)$/) ?? [];
  if (!weights || !activations || !keysAndValues) {
    throw new RangeError(
      `Bits of weights, activations, keys and values must be written as in 4-8-8: current value is '${text}'`,
    );
  }
  const [w = 0, a = 0, kv = 0] = [weights, activations, keysAndValues].map(Number);
  [w, a, kv].forEach(requireBits);
  return { weights: w, activations: a, keysAndValues: kv };
}

/**
 * Dynamic asymmetric quantization of every token at every site, with real-valued offsets as in the
 * paper's experiments. Keys after the rotation have the activations' bits.
 *
 * @throws {RangeError} If bits are not integers from 2 to 8.
 */
export function quantizedSites({ activations, keysAndValues }: ActivationBits): QuantizeSite {
  requireBits(activations);
  requireBits(keysAndValues);
  return (site, x) => {
    const bits = site === "key" || site === "value" ? keysAndValues : activations;
    return quantizeActivations(x, { qp: 2 ** bits - 1, zero: "real" });
  };
}
