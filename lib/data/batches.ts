import { blockOrder } from "./block_order.ts";

/** Where a batch stands in a training run; the same place always gives the same batch. */
export interface BatchPlace {
  /** The seed of the order of the data, an integer from 0 to 2^53 - 1. */
  seed: number;
  /** The training step, from 0. */
  step: number;
  /** The rows of a batch. */
  batch: number;
}

/** Options for {@linkcode batchAt}. */
export interface BatchOptions extends BatchPlace {
  /** The tokens of a row. */
  seq: number;
}

/** A batch of packed text. */
export interface TokenBatch {
  /** Token ids, `B × T`, row-major. */
  tokensBT: Int32Array;
  /** The block that each row shows: row `b` is tokens `block · T … (block + 1) · T - 1`. */
  blocks: number[];
  /** The epoch of each row. */
  epochs: number[];
}

/** One row of a batch: which item of which epoch. */
export interface BatchRow {
  /** The index of the item. */
  item: number;
  /** The epoch, from 0. */
  epoch: number;
}

/**
 * Returns the batch of a training step: a pure function of the tokens and the place.
 *
 * The text is cut into `floor(N / T)` blocks of `T` tokens without overlap; the last `N mod T` tokens
 * are never shown. Row `b` of step `k` is item `g = k · B + b` of an endless list in which each epoch
 * is a new order of all blocks ({@linkcode blockOrder}), so every block is seen exactly once an epoch
 * and a batch may hold the end of one epoch and the start of the next. There is no state to save: a
 * run that goes on from step `k` asks for step `k`.
 *
 * @param tokens The whole text as token ids, at least one block long.
 * @throws {RangeError} If the text is shorter than one block, or an option is out of range.
 */
export function batchAt(tokens: Int32Array, options: BatchOptions): TokenBatch {
  const { batch, seq } = options;
  const count = blockCount(tokens.length, seq);
  const rows = batchRows(count, options);
  const tokensBT = new Int32Array(batch * seq);
  for (const [row, { item }] of rows.entries()) {
    tokensBT.set(tokens.subarray(item * seq, (item + 1) * seq), row * seq);
  }
  return {
    tokensBT,
    blocks: rows.map((row) => row.item),
    epochs: rows.map((row) => row.epoch),
  };
}

/**
 * Returns the number of whole blocks of `seq` tokens in a text.
 *
 * @throws {RangeError} If the text is shorter than one block, or `seq` is below 2.
 */
export function blockCount(length: number, seq: number): number {
  // A row of one token has no token to predict.
  if (!Number.isInteger(seq) || seq < 2) {
    throw new RangeError(
      `Cannot cut blocks: 'seq' must be an integer of at least 2: current value is ${seq}`,
    );
  }
  if (length < seq) {
    throw new RangeError(
      `Cannot cut blocks of ${seq} tokens: the text has ${length}; use a shorter 'seq' or a longer text`,
    );
  }
  return Math.floor(length / seq);
}

/**
 * Returns which of `count` items the rows of a batch show, each item exactly once an epoch.
 *
 * @throws {RangeError} If there are no items, or the place is out of range.
 */
export function batchRows(count: number, { seed, step, batch }: BatchPlace): BatchRow[] {
  if (count < 1) throw new RangeError("Cannot make a batch: there are no items to choose from");
  if (!Number.isInteger(batch) || batch < 1) {
    throw new RangeError(
      `Cannot make a batch: 'batch' must be an integer of at least 1: current value is ${batch}`,
    );
  }
  const first = step * batch;
  if (!Number.isInteger(step) || step < 0 || !Number.isSafeInteger(first + batch)) {
    throw new RangeError(
      `Cannot make a batch: 'step' must be an integer of at least 0: current value is ${step}`,
    );
  }
  const orders = new Map<number, Uint32Array>();
  return Array.from({ length: batch }, (_, row) => {
    const epoch = Math.floor((first + row) / count);
    let order = orders.get(epoch);
    if (order === undefined) orders.set(epoch, order = blockOrder(count, { seed, epoch }));
    return { item: order[(first + row) % count]!, epoch };
  });
}
