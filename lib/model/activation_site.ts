import type { tf } from "../engine/tf.ts";

/**
 * A place in a block where activations can be quantized: the norms' outputs, the outputs of the key and
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

/** Changes the activations of a site; the last dimension is a token's, or of one of its heads. */
export type ActivationDoor = <T extends tf.Tensor>(site: ActivationSite, x: T) => T;
