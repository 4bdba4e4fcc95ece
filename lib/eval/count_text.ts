import type { Tokenizer } from "../data/tokenizer.ts";

/** How much text tokens stand for. */
export interface TextCount {
  /** Runs of characters that are not white space. */
  words: number;
  /** Bytes in UTF-8. */
  bytes: number;
}

/** A run of tokens. */
export interface TextSpan {
  /** The first token. */
  start: number;
  /** One past the last. */
  end: number;
}

/** Options for {@linkcode countText}. */
export interface CountTextOptions {
  tokenizer: Tokenizer;
  /** The tokens that count, in their order without overlap; the others are context. */
  spans: readonly TextSpan[];
}

/**
 * Counts the words and bytes of some tokens of a text.
 *
 * A word counts where it begins, a character of several tokens at its last.
 */
export function countText(ids: Int32Array, { tokenizer, spans }: CountTextOptions): TextCount {
  const stream = tokenizer.decodeStream();
  const total: TextCount = { words: 0, bytes: 0 };
  let afterBlank = true;
  let at = 0;
  for (const { start, end } of spans) {
    for (; at < end; at++) {
      const piece = stream.push(ids[at]!);
      const words = wordStarts(piece, afterBlank);
      if (piece !== "") afterBlank = /\s$/.test(piece);
      if (at < start) continue;
      total.words += words;
      total.bytes += new TextEncoder().encode(piece).length;
    }
  }
  return total;
}

function wordStarts(piece: string, afterBlank: boolean): number {
  const runs = piece.match(/\S+/g)?.length ?? 0;
  return runs > 0 && !afterBlank && /^\S/.test(piece) ? runs - 1 : runs;
}
