/**
 * SentencePiece's byte-pair encoding, as GGUF files of the kind "llama" need it.
 *
 * The vocabulary holds pieces with scores and no list of merges. Of all neighbouring symbols whose
 * joint text is a piece, the pair with the highest score joins first, the leftmost among equals. What
 * is no piece in the end becomes bytes. A list of merges cannot say this exactly: it ranks the two ways
 * to make "aaa" ("a" + "aa" and "aa" + "a") differently, and then the leftmost need not come first.
 *
 * Source: Kudo and Richardson, "SentencePiece", EMNLP 2018, and the behaviour of its library.
 *
 * @module
 */
import { crossesWords } from "./library_tokenizer.ts";
import { PairQueue } from "./pair_queue.ts";

/** The parts of a {@linkcode SentencePieceBpe}. */
export interface SentencePieceOptions {
  /** Pieces that text is made of, with their ids: no control, unknown or byte tokens. */
  pieces: ReadonlyMap<string, number>;
  /** The score of each id; higher joins first. */
  scores: ArrayLike<number>;
  /** The ids of the 256 byte tokens, or undefined for those that the vocabulary lacks. */
  byteIds: readonly (number | undefined)[];
  /** What stands for characters that are neither pieces nor bytes. */
  unknownId: number | undefined;
}

// Most words of a text recur. 2^16 words of a few tokens take some megabytes.
const MAX_CACHED = 1 << 16;
const MAX_CACHED_LENGTH = 64;

/** Cuts text, its blanks already written as `▁`, into pieces. */
export class SentencePieceBpe {
  #options: SentencePieceOptions;
  #cutsWords: boolean;
  #cache = new Map<string, readonly number[]>();

  constructor(options: SentencePieceOptions) {
    this.#options = options;
    this.#cutsWords = ![...options.pieces.keys()].some(crossesWords);
  }

  /** Returns the ids of a text. */
  encode(text: string): number[] {
    const ids: number[] = [];
    // No piece holds the end of one word and the mark of the next, so words do not touch each other.
    const words = this.#cutsWords ? text.match(/▁+[^▁]*|[^▁]+/gu) ?? [] : [text];
    for (const word of words) {
      for (const id of this.#encodeWord(word)) {
        // Neighbouring unknown characters are one unknown token.
        if (id !== this.#options.unknownId || ids.at(-1) !== id) ids.push(id);
      }
    }
    return ids;
  }

  #encodeWord(word: string): readonly number[] {
    if (word.length > MAX_CACHED_LENGTH) return this.#merge(word);
    let ids = this.#cache.get(word);
    if (ids === undefined) {
      ids = this.#merge(word);
      if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
      this.#cache.set(word, ids);
    }
    return ids;
  }

  #merge(word: string): number[] {
    const { pieces, scores } = this.#options;
    // Symbol k is word[starts[k] … starts[nexts[k]]]; a symbol that was joined to its left has end 0.
    const starts = symbolStarts(word);
    const count = starts.length - 1;
    const ends = starts.slice(1);
    const nexts = Int32Array.from({ length: count }, (_, k) => k + 1);
    const previous = Int32Array.from({ length: count }, (_, k) => k - 1);
    const queue = new PairQueue();
    const offer = (left: number) => {
      const right = nexts[left]!;
      if (right >= count) return;
      const id = pieces.get(word.slice(starts[left], ends[right]));
      if (id !== undefined) queue.push({ score: scores[id]!, left, end: ends[right]! });
    };
    for (let k = 0; k < count; k++) offer(k);
    for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
      const { left, end } = pair;
      const right = nexts[left]!;
      // The pair is stale if either symbol has joined another since.
      if (ends[left] === 0 || right >= count || ends[right] !== end) continue;
      ends[left] = end;
      ends[right] = 0;
      nexts[left] = nexts[right]!;
      if (nexts[left]! < count) previous[nexts[left]!] = left;
      if (previous[left]! >= 0) offer(previous[left]!);
      offer(left);
    }
    const ids: number[] = [];
    for (let k = 0; k < count; k = nexts[k]!) {
      this.#append(ids, word.slice(starts[k], ends[k]));
    }
    return ids;
  }

  #append(ids: number[], symbol: string): void {
    const { pieces, byteIds, unknownId } = this.#options;
    const id = pieces.get(symbol);
    if (id !== undefined) {
      ids.push(id);
      return;
    }
    const bytes = Array.from(new TextEncoder().encode(symbol), (byte) => byteIds[byte]);
    for (const byte of bytes.includes(undefined) ? [unknownId] : bytes) {
      if (byte !== undefined) ids.push(byte);
    }
  }
}

function symbolStarts(word: string): Int32Array {
  const starts: number[] = [];
  let at = 0;
  for (const symbol of word) {
    starts.push(at);
    at += symbol.length;
  }
  starts.push(at);
  return Int32Array.from(starts);
}
