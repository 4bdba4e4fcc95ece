import type { DecodeOptions, TokenStream } from "./tokenizer.ts";

/** How a vocabulary writes bytes: GPT-2's byte alphabet, or SentencePiece's `▁` and `<0x0A>`. */
export type TokenSpelling = "byte-level" | "sentence-piece";

/** The parts of a {@linkcode TokenTable}. */
export interface TokenTableOptions {
  /** The tokens, by id. */
  tokens: readonly string[];
  /** How tokens that are not added ones write their bytes. */
  spelling: TokenSpelling;
  /** Ids of tokens that are commands, not text. */
  special: ReadonlySet<number>;
  /** Ids of tokens that stand for their own letters, whatever the spelling. */
  literal: ReadonlySet<number>;
  /** Whether a text begins with a space that was not there before encoding. */
  dropsFirstSpace: boolean;
}

const ENCODER = new TextEncoder();
const SPACE = 0x20;

/** The bytes of every token of a vocabulary. */
export class TokenTable {
  readonly size: number;
  #options: TokenTableOptions;

  constructor(options: TokenTableOptions) {
    this.#options = options;
    this.size = options.tokens.length;
  }

  /** Whether a token is a command, such as `<s>`. */
  isSpecial(id: number): boolean {
    return this.#options.special.has(id);
  }

  /**
   * Returns the bytes of a token.
   *
   * @throws {RangeError} If `id` is not in the vocabulary.
   */
  bytes(id: number): Uint8Array {
    const token = this.#options.tokens[id];
    if (token === undefined) {
      throw new RangeError(
        `Cannot decode token ${id}: the vocabulary has tokens 0 to ${this.size - 1}`,
      );
    }
    if (this.#options.literal.has(id)) return ENCODER.encode(token);
    return this.#options.spelling === "byte-level" ? byteLevelBytes(token) : pieceBytes(token);
  }

  /** Starts a decoder for tokens that come one by one. */
  stream({ skipSpecial = false }: DecodeOptions = {}): TokenStream {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let atStart = this.#options.dropsFirstSpace;
    return {
      push: (id) => {
        const bytes = this.bytes(id);
        if ((skipSpecial && this.isSpecial(id)) || bytes.length === 0) return "";
        const from = atStart && bytes[0] === SPACE ? 1 : 0;
        atStart = false;
        return decoder.decode(bytes.subarray(from), { stream: true });
      },
      end: () => decoder.decode(),
    };
  }
}

/**
 * GPT-2's byte alphabet: the letter that stands for each byte.
 *
 * Printable Latin-1 characters stand for themselves, the other bytes, in order, for U+0100 and up.
 */
export const BYTE_LETTERS: readonly string[] = byteLetters();
const BYTE_OF_LETTER = new Map(BYTE_LETTERS.map((letter, byte) => [letter, byte]));

function byteLetters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
}

// A token with a letter outside the alphabet was never made from bytes: it stands for itself.
function byteLevelBytes(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let k = 0; k < token.length; k++) {
    const byte = BYTE_OF_LETTER.get(token[k]!);
    if (byte === undefined) return ENCODER.encode(token);
    bytes[k] = byte;
  }
  return bytes;
}

function pieceBytes(piece: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  return ENCODER.encode(piece.replaceAll("▁", " "));
}
