import { tf } from "../engine/tf.ts";
import { causalMask } from "./causal_mask.ts";
import type { LlamaConfig } from "./config.ts";
import { type RotaryTables, rotaryTables } from "./rope.ts";

/** What the blocks need to know of the tokens' places. */
export interface Positions extends RotaryTables {
  /** What is added to attention scores, `[T, S]`: queries by keys. */
  readonly maskTS: tf.Tensor2D;
}

/**
 * Makes the tables for sequences of one length from position 0. Make them once, outside of compiled
 * functions, and dispose them with `tf.dispose`.
 *
 * @throws {RangeError} If the length is not an integer from 1 to the model's limit.
 */
export function makePositions(config: LlamaConfig, length: number): Positions {
  requireLength(config, length);
  return tf.tidy(() => ({
    ...rotaryTables(config, length),
    maskTS: causalMask(tf.range(0, length, 1, "int32"), {
      keys: length,
      window: config.slidingWindow,
    }),
  }));
}

/** @throws {RangeError} If the length is not an integer from 1 to the model's limit. */
export function requireLength({ maxPositions }: LlamaConfig, length: number): void {
  if (Number.isInteger(length) && length >= 1 && length <= maxPositions) return;
  throw new RangeError(
    `A sequence must have 1 to ${maxPositions} tokens, the model's limit: current value is ${length}`,
  );
}
