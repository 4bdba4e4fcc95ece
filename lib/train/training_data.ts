import { createHash } from "node:crypto";
import { batchAt, blockCount } from "../data/batches.ts";

/** Rows of tokens for one micro-batch. */
export interface TrainingBatch {
  /** Token ids, `B × T`, row-major. */
  readonly tokensBT: Int32Array;
  /** B, the number of rows. */
  readonly batch: number;
  /** The weight of each predicted token, `B × (T-1)`: 1 for what is learned, 0 for what is not. */
  readonly weights: Float32Array;
}

/** Where a batch stands in a run. */
export interface DataPlace {
  /** The number of micro-batches before. */
  readonly index: number;
  /** The rows of a micro-batch. */
  readonly batch: number;
  /** The seed of the order. */
  readonly seed: number;
}

/** What a run learns from: a pure function of the place. */
export interface TrainingData {
  /** What stands in results, such as `brown:train`. */
  readonly name: string;
  /** A hash of the tokens, so that a run is not resumed on others. */
  readonly fingerprint: string;
  /** The tokens of a row. */
  readonly seq: number;
  /** The rows of an epoch. */
  readonly rows: number;
  /** The largest token id. */
  readonly largestId: number;
  /** The micro-batch at a place. */
  at(place: DataPlace): TrainingBatch;
}

/** Options for {@linkcode packedText}. */
export interface PackedTextOptions {
  /** What stands in results. */
  readonly name: string;
  /** The tokens of a row. */
  readonly seq: number;
}

/**
 * A text as rows of `seq` tokens without overlap, each row once an epoch in an order of the seed.
 *
 * @param tokens The text as token ids.
 * @throws {RangeError} If the text is shorter than one row.
 */
export function packedText(tokens: Int32Array, { name, seq }: PackedTextOptions): TrainingData {
  const bytes = new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength);
  return {
    name,
    fingerprint: createHash("sha256").update(bytes).digest("hex"),
    seq,
    rows: blockCount(tokens.length, seq),
    largestId: tokens.reduce((largest, id) => Math.max(largest, id), 0),
    at: ({ index, batch, seed }) => ({
      tokensBT: batchAt(tokens, { step: index, batch, seed, seq }).tokensBT,
      batch,
      weights: new Float32Array(batch * (seq - 1)).fill(1),
    }),
  };
}
