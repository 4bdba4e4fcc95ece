import { quoted } from "../io/errors.ts";
import { ChatTemplate } from "./chat_template.ts";
import { GgufFields, type GgufMetadata, type GgufOrigin } from "./gguf_fields.ts";
import { GGUF_PRE_TOKENIZERS, type GgufPreTokenizer } from "./gguf_pre_tokenizers.ts";
import {
  addedTokens,
  byteTokenIds,
  type GgufVocabulary,
  mergeablePieces,
  readMerges,
  readVocabulary,
  unknownToken,
} from "./gguf_vocabulary.ts";
import { libraryEncoder } from "./library_tokenizer.ts";
import { SentencePieceBpe } from "./sentence_piece.ts";
import { splitSpecial } from "./split_special.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { TokenTable } from "./token_table.ts";
import { VocabularyTokenizer } from "./vocabulary_tokenizer.ts";

export type { GgufMetadata, GgufOrigin } from "./gguf_fields.ts";

/**
 * Builds the tokenizer that a GGUF file holds in its metadata.
 *
 * `tokenizer.ggml.model` "gpt2" is byte-level BPE with merges, cut by the pre-tokenizer that the file
 * names; "llama" is SentencePiece BPE with scores and byte tokens ({@linkcode SentencePieceBpe}).
 * The words of control, unknown and user-defined tokens in a text become these tokens.
 *
 * @throws {FileFormatError} If a field is missing, malformed, contradicts another, or names a kind that
 *   LLaMA-like models do not have.
 */
export function tokenizerFromGguf(metadata: GgufMetadata, origin: GgufOrigin): Tokenizer {
  const fields = new GgufFields(metadata, origin);
  const model = fields.string("tokenizer.ggml.model");
  if (model !== "gpt2" && model !== "llama") {
    throw fields.error("tokenizer.ggml.model", '"gpt2" or "llama"', quoted(model));
  }
  const vocabulary = readVocabulary(fields);
  return model === "gpt2"
    ? byteLevelTokenizer(fields, vocabulary)
    : sentencePieceTokenizer(fields, vocabulary);
}

function byteLevelTokenizer(fields: GgufFields, vocabulary: GgufVocabulary): Tokenizer {
  const pre = readPreTokenizer(fields);
  const added = addedTokens(vocabulary);
  const encodeText = libraryEncoder({
    normalizers: [],
    preTokenizers: [
      ...pre.steps,
      { type: "ByteLevel", add_prefix_space: false, use_regex: false },
    ],
    addedTokens: added,
    model: {
      vocab: Object.fromEntries(vocabulary.idOf),
      merges: readMerges(fields, vocabulary),
      unkToken: null,
      fuseUnk: false,
      byteFallback: false,
      ignoreMerges: pre.ignoreMerges,
    },
  });
  const table = new TokenTable({
    tokens: vocabulary.tokens,
    spelling: "byte-level",
    special: new Set(added.filter((token) => token.special).map((token) => token.id)),
    literal: new Set(added.map((token) => token.id)),
    dropsFirstSpace: false,
  });
  return assemble(fields, { encodeText, table, addsBos: pre.addsBos });
}

function sentencePieceTokenizer(fields: GgufFields, vocabulary: GgufVocabulary): Tokenizer {
  const { tokens } = vocabulary;
  const added = addedTokens(vocabulary);
  const bpe = new SentencePieceBpe({
    pieces: mergeablePieces(vocabulary),
    scores: fields.numbers("tokenizer.ggml.scores", tokens.length),
    byteIds: byteTokenIds(vocabulary),
    unknownId: fields.tokenId("tokenizer.ggml.unknown_token_id", tokens.length) ??
      unknownToken(vocabulary),
  });
  const addsSpace = fields.boolean("tokenizer.ggml.add_space_prefix", true);
  const encodeText = splitSpecial(added, (text) => {
    return bpe.encode((addsSpace ? ` ${text}` : text).replaceAll(" ", "▁"));
  });
  const table = new TokenTable({
    tokens,
    spelling: "sentence-piece",
    special: new Set(added.filter((token) => token.special).map((token) => token.id)),
    // SentencePiece writes the blanks of user-defined pieces as "▁" too.
    literal: new Set(),
    dropsFirstSpace: addsSpace,
  });
  return assemble(fields, { encodeText, table, addsBos: true });
}

interface Assembly {
  encodeText: (text: string) => ArrayLike<number>;
  table: TokenTable;
  addsBos: boolean;
}

function assemble(
  fields: GgufFields,
  { encodeText, table, addsBos }: Assembly,
): Tokenizer {
  const bosId = fields.tokenId("tokenizer.ggml.bos_token_id", table.size);
  const eosId = fields.tokenId("tokenizer.ggml.eos_token_id", table.size);
  const words = (id: number | undefined) => {
    return id === undefined ? undefined : new TextDecoder().decode(table.bytes(id));
  };
  return new VocabularyTokenizer({
    encodeText,
    table,
    bosId,
    eosId,
    addsBos: bosId !== undefined && fields.boolean("tokenizer.ggml.add_bos_token", addsBos),
    chatTemplate: !fields.has("tokenizer.chat_template") ? undefined : new ChatTemplate({
      source: fields.string("tokenizer.chat_template"),
      path: fields.path,
      bosToken: words(bosId),
      eosToken: words(eosId),
    }),
  });
}

function readPreTokenizer(fields: GgufFields): GgufPreTokenizer {
  const name = fields.has("tokenizer.ggml.pre") ? fields.string("tokenizer.ggml.pre") : "default";
  const pre = GGUF_PRE_TOKENIZERS.get(name);
  if (pre === undefined) {
    const known = [...GGUF_PRE_TOKENIZERS.keys()].join(", ");
    throw fields.error("tokenizer.ggml.pre", `one of ${known}`, quoted(name));
  }
  return pre;
}
