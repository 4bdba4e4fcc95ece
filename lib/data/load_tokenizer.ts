import { join } from "node:path";
import { FileFormatError } from "../io/errors.ts";
import { decodeUtf8 } from "../io/utf8.ts";
import { ChatTemplate } from "./chat_template.ts";
import { JsonField } from "../io/json_field.ts";
import { libraryEncoder } from "./library_tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { TokenTable } from "./token_table.ts";
import { readTokenizerJson } from "./tokenizer_json.ts";
import { VocabularyTokenizer } from "./vocabulary_tokenizer.ts";

/** The texts of a model folder's tokenizer files. */
export interface TokenizerFiles {
  /** The path of `tokenizer.json`, for messages. */
  path: string;
  /** The text of `tokenizer.json`. */
  tokenizer: string;
  /** The text of `tokenizer_config.json`: BOS, EOS, chat template. */
  config?: string | undefined;
  /** The text of `chat_template.jinja`, which goes before the template in the configuration. */
  chatTemplate?: string | undefined;
}

// The largest published file, with 262,144 tokens, has 33 MB.
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Loads the tokenizer of a folder with `tokenizer.json` and, where they are there,
 * `tokenizer_config.json` and `chat_template.jinja`.
 *
 * @throws {Deno.errors.NotFound} If the folder has no `tokenizer.json`.
 * @throws {FileFormatError} If a file is malformed or needs what no LLaMA-family tokenizer needs.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, "tokenizer.json");
  const tokenizer = await readIfThere(path);
  if (tokenizer === undefined) {
    throw new Deno.errors.NotFound(
      `Cannot load a tokenizer: ${
        JSON.stringify(folder)
      } has no "tokenizer.json" (a "tokenizer.model" alone is not enough: convert it once with transformers, AutoTokenizer.from_pretrained(…).save_pretrained(…))`,
    );
  }
  return parseTokenizer({
    path,
    tokenizer,
    config: await readIfThere(join(folder, "tokenizer_config.json")),
    chatTemplate: await readIfThere(join(folder, "chat_template.jinja")),
  });
}

/**
 * Builds a tokenizer from the texts of its files.
 *
 * @throws {FileFormatError} If a text is malformed or needs what no LLaMA-family tokenizer needs.
 */
export function parseTokenizer(files: TokenizerFiles): Tokenizer {
  const json = readTokenizerJson(files.tokenizer, files.path);
  const idOf = new Map(json.tokens.map((token, id) => [token, id]));
  const config = readConfig(files, idOf);
  const bosToken = config.bosToken ?? json.leadingToken;
  const literal = new Set(json.addedTokens.map((token) => token.id));
  const source = files.chatTemplate ?? config.chatTemplate;
  return new VocabularyTokenizer({
    encodeText: buildEncoder(json, files.path),
    table: new TokenTable({
      tokens: json.tokens,
      spelling: json.spelling,
      special: new Set(json.addedTokens.filter((token) => token.special).map((token) => token.id)),
      literal,
      dropsFirstSpace: json.dropsFirstSpace,
    }),
    bosId: bosToken === undefined ? undefined : idOf.get(bosToken),
    eosId: config.eosToken === undefined ? undefined : idOf.get(config.eosToken),
    addsBos: config.addsBos ?? json.leadingToken !== undefined,
    chatTemplate: source === undefined
      ? undefined
      : new ChatTemplate({ source, path: files.path, bosToken, eosToken: config.eosToken }),
  });
}

type Encoder = (text: string) => ArrayLike<number>;

function buildEncoder(json: Parameters<typeof libraryEncoder>[0], path: string): Encoder {
  try {
    return libraryEncoder(json);
  } catch (cause) {
    // Every other field was checked; what is left are patterns that are no regular expressions.
    throw new FileFormatError(path, {
      where: "the patterns",
      expected: "regular expressions",
      found: cause instanceof Error ? cause.message.slice(0, 200) : String(cause),
    }, { cause });
  }
}

interface TokenizerConfig {
  bosToken: string | undefined;
  eosToken: string | undefined;
  addsBos: boolean | undefined;
  chatTemplate: string | undefined;
}

function readConfig(files: TokenizerFiles, idOf: ReadonlyMap<string, number>): TokenizerConfig {
  const path = join(files.path, "..", "tokenizer_config.json");
  const root = JsonField.parse(files.config ?? "{}", path);
  const addBos = root.get("add_bos_token");
  return {
    bosToken: readSpecialToken(root.get("bos_token"), idOf),
    eosToken: readSpecialToken(root.get("eos_token"), idOf),
    addsBos: addBos.present ? addBos.boolean(false) : undefined,
    chatTemplate: readChatTemplate(root.get("chat_template")),
  };
}

// Either the token's words, or an object that holds them as "content".
function readSpecialToken(
  field: JsonField,
  idOf: ReadonlyMap<string, number>,
): string | undefined {
  if (!field.present) return undefined;
  const content = typeof field.value === "string" ? field : field.get("content");
  if (!idOf.has(content.string())) throw content.error("a token of the vocabulary");
  return content.string();
}

// Either one template, or a list of named ones, of which "default" is for conversations.
function readChatTemplate(field: JsonField): string | undefined {
  if (!field.present) return undefined;
  if (!Array.isArray(field.value)) return field.string();
  const named = field.items().find((item) => item.get("name").value === "default");
  return named?.get("template").string();
}

async function readIfThere(path: string): Promise<string | undefined> {
  let size: number;
  try {
    size = (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (size > MAX_FILE_BYTES) {
    throw new FileFormatError(path, {
      where: "the file",
      offset: MAX_FILE_BYTES,
      expected: `at most ${MAX_FILE_BYTES} bytes`,
      found: `${size}`,
    });
  }
  return decodeUtf8(await Deno.readFile(path), { path, where: "the text", offset: 0 });
}
