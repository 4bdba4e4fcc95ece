import type { ChatTemplate } from "./chat_template.ts";
import type { TokenTable } from "./token_table.ts";
import type {
  ChatMessage,
  ChatTemplateOptions,
  DecodeOptions,
  EncodeOptions,
  Tokenizer,
  TokenStream,
} from "./tokenizer.ts";

/** What a {@linkcode VocabularyTokenizer} is made of, whatever file it comes from. */
export interface VocabularyTokenizerParts {
  /** The token ids of a text, without BOS or EOS. */
  encodeText: (text: string) => ArrayLike<number>;
  /** The tokens. */
  table: TokenTable;
  /** The token that begins a text. */
  bosId: number | undefined;
  /** The token that ends a text. */
  eosId: number | undefined;
  /** Whether the model's files put BOS in front. */
  addsBos: boolean;
  /** The chat template. */
  chatTemplate: ChatTemplate | undefined;
}

/** A {@linkcode Tokenizer} over a vocabulary; the loaders build it. */
export class VocabularyTokenizer implements Tokenizer {
  #parts: VocabularyTokenizerParts;

  constructor(parts: VocabularyTokenizerParts) {
    this.#parts = parts;
  }

  get vocabSize(): number {
    return this.#parts.table.size;
  }

  get bosId(): number | undefined {
    return this.#parts.bosId;
  }

  get eosId(): number | undefined {
    return this.#parts.eosId;
  }

  get addsBos(): boolean {
    return this.#parts.addsBos;
  }

  get hasChatTemplate(): boolean {
    return this.#parts.chatTemplate !== undefined;
  }

  encode(text: string, { bos = false, eos = false }: EncodeOptions = {}): Int32Array {
    // Half a surrogate pair has no UTF-8; every tokenizer replaces it by U+FFFD.
    const ids = this.#parts.encodeText(text.toWellFormed());
    const first = bos ? 1 : 0;
    const all = new Int32Array(first + ids.length + (eos ? 1 : 0));
    if (bos) all[0] = required(this.bosId, "BOS");
    all.set(ids, first);
    if (eos) all[all.length - 1] = required(this.eosId, "EOS");
    return all;
  }

  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const stream = this.decodeStream(options);
    const pieces: string[] = [];
    for (const id of ids) pieces.push(stream.push(id));
    pieces.push(stream.end());
    return pieces.join("");
  }

  decodeStream(options: DecodeOptions = {}): TokenStream {
    return this.#parts.table.stream(options);
  }

  applyChatTemplate(messages: readonly ChatMessage[], options: ChatTemplateOptions = {}): string {
    const { chatTemplate } = this.#parts;
    if (chatTemplate === undefined) {
      throw new TypeError(
        "Cannot apply a chat template: this tokenizer has none; write the prompt as plain text",
      );
    }
    return chatTemplate.render(messages, options);
  }
}

function required(id: number | undefined, name: string): number {
  if (id === undefined) {
    throw new RangeError(`Cannot add ${name}: this tokenizer has no ${name} token`);
  }
  return id;
}
