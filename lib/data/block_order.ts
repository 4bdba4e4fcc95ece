import { philox, type PhiloxKey, philoxKey } from "./philox.ts";

// Words 2 and 3 of the counter keep the epochs, and other uses of the same seed, apart.
const STREAM = 0x6f726465;

/** Options for {@linkcode blockOrder}. */
export interface BlockOrderOptions {
  /** The seed, an integer from 0 to 2^53 - 1. */
  seed: number;
  /** The epoch, from 0. */
  epoch: number;
}

/** The orders of the last epochs used; a memo only, an order never depends on it. */
const recent = new Map<string, Uint32Array>();
// A batch can end one epoch and begin the next; training and evaluation data may take turns.
const MAX_RECENT = 4;

/**
 * Returns the order in which an epoch visits blocks `0 … count - 1`, each exactly once.
 *
 * A Fisher-Yates shuffle where step `i` draws from Philox at counter `(i, attempt, epoch, stream)`.
 * Draws that would favour low numbers are thrown away, so that all orders are equally likely.
 *
 * @throws {RangeError} If `count`, `seed` or `epoch` is not an integer in its range.
 */
export function blockOrder(count: number, options: BlockOrderOptions): Uint32Array {
  const { seed, epoch } = options;
  if (!Number.isInteger(count) || count < 0 || count >= 2 ** 32) {
    throw new RangeError(`Cannot order blocks: 'count' must be from 0 to 2^32 - 1: got ${count}`);
  }
  if (!Number.isInteger(epoch) || epoch < 0 || epoch >= 2 ** 32) {
    throw new RangeError(`Cannot order blocks: 'epoch' must be from 0 to 2^32 - 1: got ${epoch}`);
  }
  const key = philoxKey(seed);
  const name = `${count} ${seed} ${epoch}`;
  const known = recent.get(name);
  if (known !== undefined) return known.slice();
  const order = shuffle(count, key, epoch);
  recent.set(name, order);
  for (const oldest of recent.keys()) {
    if (recent.size <= MAX_RECENT) break;
    recent.delete(oldest);
  }
  return order.slice();
}

function shuffle(count: number, key: PhiloxKey, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = drawBelow(last + 1, { key, index: last, epoch });
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}

function drawBelow(bound: number, at: { key: PhiloxKey; index: number; epoch: number }): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (let attempt = 0;; attempt++) {
    for (const word of philox([at.index, attempt, at.epoch, STREAM], at.key)) {
      if (word < limit) return word % bound;
    }
  }
}
