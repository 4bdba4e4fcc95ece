import { quoted } from "../io/errors.ts";
import type { GgufFields } from "./gguf_fields.ts";
import type { AddedToken } from "./library_tokenizer.ts";

const TOKENS = "tokenizer.ggml.tokens";
const TYPES = "tokenizer.ggml.token_type";

// The values of `tokenizer.ggml.token_type`.
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/** The checked tokens of a GGUF file. */
export interface GgufVocabulary {
  /** The tokens by id. */
  tokens: readonly string[];
  /** The type of each token. */
  types: ArrayLike<number>;
  /** The id of each token. */
  idOf: ReadonlyMap<string, number>;
}

/**
 * Reads the tokens and their types.
 *
 * @throws {FileFormatError} If tokens are missing, malformed or stand twice.
 */
export function readVocabulary(fields: GgufFields): GgufVocabulary {
  const tokens = fields.strings(TOKENS);
  const types = fields.has(TYPES)
    ? fields.numbers(TYPES, tokens.length)
    : new Int32Array(tokens.length).fill(NORMAL);
  const idOf = new Map<string, number>();
  for (const [id, token] of tokens.entries()) {
    const name = `${TOKENS}[${id}]`;
    if (token === "") throw fields.error(name, "a token that is not empty", '""');
    if (idOf.has(token)) {
      throw fields.error(name, "tokens that differ", `${quoted(token)}, as at ${idOf.get(token)}`);
    }
    idOf.set(token, id);
  }
  if (tokens.length === 0) throw fields.error(TOKENS, "tokens", "none");
  return { tokens, types, idOf };
}

/**
 * Reads the pairs of tokens that join, the most urgent first.
 *
 * @throws {FileFormatError} If a pair names an unknown token.
 */
export function readMerges(fields: GgufFields, { idOf }: GgufVocabulary): [string, string][] {
  const name = "tokenizer.ggml.merges";
  return fields.strings(name).map((merge, index) => {
    const [left, right, ...rest] = merge.split(" ");
    if (left === undefined || right === undefined || rest.length > 0) {
      throw fields.error(`${name}[${index}]`, "two tokens", quoted(merge));
    }
    for (const token of [left, right, left + right]) {
      if (!idOf.has(token)) {
        throw fields.error(`${name}[${index}]`, "tokens of the vocabulary", quoted(token));
      }
    }
    return [left, right];
  });
}

/** Returns the tokens that are found in a text before all else. */
export function addedTokens({ tokens, types }: GgufVocabulary): AddedToken[] {
  const added: AddedToken[] = [];
  for (const [id, content] of tokens.entries()) {
    const type = types[id]!;
    if (type !== CONTROL && type !== USER_DEFINED && type !== UNKNOWN) continue;
    const special = type !== USER_DEFINED;
    added.push({ id, content, lstrip: false, rstrip: false, normalized: false, special });
  }
  return added;
}

/** Returns the tokens that text is made of by merging: no unknown, control or byte tokens. */
export function mergeablePieces({ types, idOf }: GgufVocabulary): Map<string, number> {
  const reserved = [UNKNOWN, CONTROL, BYTE];
  return new Map([...idOf].filter(([, id]) => !reserved.includes(types[id]!)));
}

/** Returns the id of each byte's token, such as `<0x0A>`; undefined for those that are missing. */
export function byteTokenIds({ idOf }: GgufVocabulary): (number | undefined)[] {
  return Array.from({ length: 256 }, (_, byte) => {
    return idOf.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  });
}

/** Returns the first token of the type "unknown". */
export function unknownToken({ tokens, types }: GgufVocabulary): number | undefined {
  const id = tokens.findIndex((_, index) => types[index] === UNKNOWN);
  return id < 0 ? undefined : id;
}
