import type { LlamaConfig } from "./config.ts";

/**
 * Checks that each token has a row in the embedding; a backend would read another row in silence.
 *
 * @throws {RangeError} If one has none.
 */
export function requireTokens(ids: ArrayLike<number>, { vocabSize }: LlamaConfig): void {
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new RangeError(
      `Token ${index} must be an integer below ${vocabSize}, the rows of the model's embedding: current value is ${id}`,
    );
  }
}
