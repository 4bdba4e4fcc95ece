import { quoted } from "../io/errors.ts";
import { JsonField } from "../io/json_field.ts";
import type { AddedToken, BpeModel, TokenizerSteps } from "./library_tokenizer.ts";
import {
  type DecoderForm,
  readDecoder,
  readLeadingToken,
  readNormalizers,
  readPreTokenizers,
} from "./tokenizer_json_steps.ts";

/** What a checked `tokenizer.json` says. */
export interface TokenizerJson extends TokenizerSteps, DecoderForm {
  /** The tokens by id, added ones included. */
  tokens: string[];
  /** The special token that the file itself puts in front of a text. */
  leadingToken: string | undefined;
}

/**
 * Reads and checks a `tokenizer.json`: every field that is used, and a clear error for each kind of
 * step that a LLaMA-family tokenizer does not have.
 *
 * Truncation, padding and post-processing of pairs are not read.
 *
 * @throws {FileFormatError} If the file is malformed, contradicts itself or needs an unknown step.
 */
export function readTokenizerJson(text: string, path: string): TokenizerJson {
  const root = JsonField.parse(text, path);
  const model = readModel(root.get("model"));
  const { tokens, addedTokens } = readTokens(root, model);
  return {
    normalizers: readNormalizers(root.get("normalizer")),
    preTokenizers: readPreTokenizers(root.get("pre_tokenizer")),
    addedTokens,
    model,
    tokens,
    ...readDecoder(root.get("decoder")),
    leadingToken: readLeadingToken(root.get("post_processor"), new Set(tokens)),
  };
}

function readModel(field: JsonField): BpeModel {
  // Files of 2020 and before leave the type out.
  if (field.get("type").present) field.get("type").oneOf(["BPE"]);
  for (const name of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    const affix = field.get(name);
    if (affix.present && affix.value !== "") throw affix.error("null");
  }
  const dropout = field.get("dropout");
  if (dropout.present && dropout.value !== 0) throw dropout.error("null: encoding is not random");
  const vocab = readVocab(field.get("vocab"));
  const unk = field.get("unk_token");
  if (unk.present && !Object.hasOwn(vocab, unk.string())) {
    throw unk.error("a token of the vocabulary");
  }
  return {
    vocab,
    merges: readMerges(field.get("merges"), vocab),
    unkToken: unk.present ? unk.string() : null,
    fuseUnk: field.get("fuse_unk").boolean(false),
    byteFallback: field.get("byte_fallback").boolean(false),
    ignoreMerges: field.get("ignore_merges").boolean(false),
  };
}

function readVocab(field: JsonField): Record<string, number> {
  // The loop reads the values itself: a field object for each of 10^5 tokens would cost a second.
  const vocab = field.object();
  for (const [token, id] of Object.entries(vocab)) {
    if (!Number.isSafeInteger(id) || Number(id) < 0) field.get(token).index();
    if (token === "") throw field.get(token).error("a token that is not empty");
  }
  return vocab as Record<string, number>;
}

type Merge = readonly [string, string];

// Fields of single merges are made only for errors, as in readVocab.
function readMerges(field: JsonField, vocab: Record<string, number>): Merge[] {
  return field.array().map((merge, index) => {
    const parts: unknown = typeof merge === "string" ? merge.split(" ") : merge;
    if (!isMerge(parts)) throw field.item(index).error("two tokens");
    for (const token of [parts[0], parts[1], parts[0] + parts[1]]) {
      if (Object.hasOwn(vocab, token)) continue;
      throw field.item(index).error("tokens of the vocabulary", { found: quoted(token) });
    }
    return parts;
  });
}

function isMerge(parts: unknown): parts is Merge {
  return Array.isArray(parts) && parts.length === 2 &&
    parts.every((part) => typeof part === "string");
}

function readTokens(
  root: JsonField,
  { vocab }: BpeModel,
): { tokens: string[]; addedTokens: AddedToken[] } {
  const added = root.get("added_tokens");
  const fields = added.present ? added.items() : [];
  const addedTokens = fields.map(readAddedToken);
  const idOf = new Map(Object.entries(vocab));
  const seen = new Set<string>();
  for (const [index, { content, id }] of addedTokens.entries()) {
    const field = fields[index]!;
    if (seen.has(content)) throw field.get("content").error("added tokens that differ");
    seen.add(content);
    const known = idOf.get(content);
    if (known !== undefined && known !== id) {
      throw field.get("id").error(`${known}, the token's id in the vocabulary`);
    }
    idOf.set(content, id);
  }
  // Ids must be 0 … count - 1: then every id has one token, and no id asks for more memory than the file.
  const tokens = new Array<string>(idOf.size);
  const taken = new Uint8Array(idOf.size);
  for (const [token, id] of idOf) {
    if (taken[id] !== 0) {
      const field = Object.hasOwn(vocab, token)
        ? root.get("model").get("vocab").get(token)
        : fields[addedTokens.findIndex((item) => item.content === token)]!.get("id");
      throw field.error(`ids 0 to ${idOf.size - 1}, each once`);
    }
    taken[id] = 1;
    tokens[id] = token;
  }
  return { tokens, addedTokens };
}

function readAddedToken(field: JsonField): AddedToken {
  const content = field.get("content");
  if (content.string() === "") throw content.error("a token that is not empty");
  const singleWord = field.get("single_word");
  if (singleWord.boolean(false)) throw singleWord.error("false");
  const special = field.get("special").boolean(false);
  return {
    id: field.get("id").index(),
    content: content.string(),
    lstrip: field.get("lstrip").boolean(false),
    rstrip: field.get("rstrip").boolean(false),
    normalized: field.get("normalized").boolean(!special),
    special,
  };
}
