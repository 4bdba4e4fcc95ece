import type { TextSource } from "./text_source.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Options for {@linkcode encodeDocuments}. */
export interface EncodeDocumentsOptions {
  /** Put BOS in front of every document. Default: what the model's own files do. */
  bos?: boolean;
  /** Put EOS after every document. Default: whether the tokenizer has EOS. */
  eos?: boolean;
  /** Called after each document with the number of documents so far. */
  onProgress?: (documents: number) => void;
}

/**
 * Encodes documents one by one into one row of tokens for training, with marks between them.
 *
 * Perplexity takes another way: {@linkcode readText}, then one call of `encode`.
 *
 * @throws {RangeError} If the source holds no text, or a mark is asked for that the tokenizer lacks.
 */
export async function encodeDocuments(
  source: TextSource,
  tokenizer: Tokenizer,
  options: EncodeDocumentsOptions = {},
): Promise<Int32Array> {
  const { bos = tokenizer.addsBos, eos = tokenizer.eosId !== undefined, onProgress } = options;
  const parts: Int32Array[] = [];
  let length = 0;
  for await (const document of source.documents()) {
    if (document.trim() === "") continue;
    const ids = tokenizer.encode(document, { bos, eos });
    parts.push(ids);
    length += ids.length;
    onProgress?.(parts.length);
  }
  if (parts.length === 0) {
    throw new RangeError(`Cannot use the text ${JSON.stringify(source.name)}: it is empty`);
  }
  const all = new Int32Array(length);
  let at = 0;
  for (const ids of parts) {
    all.set(ids, at);
    at += ids.length;
  }
  return all;
}
