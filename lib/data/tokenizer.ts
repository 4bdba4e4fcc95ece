/** Options for {@linkcode Tokenizer.encode}. */
export interface EncodeOptions {
  /** Put the BOS token in front. Default: false; {@linkcode Tokenizer.addsBos} tells the model's custom. */
  bos?: boolean;
  /** Put the EOS token at the end. Default: false. */
  eos?: boolean;
}

/** Options for {@linkcode Tokenizer.decode} and {@linkcode Tokenizer.decodeStream}. */
export interface DecodeOptions {
  /** Leave out special tokens such as `<s>`. Default: false. */
  skipSpecial?: boolean;
}

/** One turn of a conversation. */
export interface ChatMessage {
  /** Who speaks: `system`, `user`, `assistant`, or what the template knows. */
  role: string;
  /** What is said. */
  content: string;
}

/** Options for {@linkcode Tokenizer.applyChatTemplate}. */
export interface ChatTemplateOptions {
  /** End with the words that open the assistant's turn. Default: false. */
  addGenerationPrompt?: boolean;
  /** Further variables of the template, such as `date_string`. */
  variables?: Readonly<Record<string, unknown>>;
}

/** Turns tokens that come one by one into text; see {@linkcode Tokenizer.decodeStream}. */
export interface TokenStream {
  /**
   * Takes one token and returns the text that is now certain; "" inside a character of many bytes.
   *
   * @throws {RangeError} If `id` is not in the vocabulary.
   */
  push(id: number): string;
  /** Returns what is left: U+FFFD if the tokens ended inside a character, else "". */
  end(): string;
}

/** Text to token ids and back, as the model was trained with. */
export interface Tokenizer {
  /** The number of tokens; every id is below it. The model's embedding may have more rows. */
  readonly vocabSize: number;
  /** The token that begins a text, if there is one. */
  readonly bosId: number | undefined;
  /** The token that ends a text, if there is one. */
  readonly eosId: number | undefined;
  /** Whether the model's own files put BOS in front of every text. */
  readonly addsBos: boolean;
  /** Whether there is a chat template. */
  readonly hasChatTemplate: boolean;
  /**
   * Returns the token ids of a text. The words of special tokens, such as `</s>`, become these tokens.
   * Bytes that the vocabulary has no token for become its unknown token; where it has none either, they
   * are left out, as the reference tokenizers do (SmolLM2 lacks some control characters).
   *
   * @throws {RangeError} If BOS or EOS is asked for and the tokenizer has none.
   */
  encode(text: string, options?: EncodeOptions): Int32Array;
  /**
   * Returns the text of tokens. Bytes that are no UTF-8 become U+FFFD.
   *
   * @throws {RangeError} If an id is not in the vocabulary.
   */
  decode(ids: Iterable<number>, options?: DecodeOptions): string;
  /** Returns a decoder for tokens that come one by one. */
  decodeStream(options?: DecodeOptions): TokenStream;
  /**
   * Returns a conversation in the words of the model's chat template, special tokens included;
   * {@linkcode encode} it without `bos`.
   *
   * @throws {TypeError} If the tokenizer has no chat template.
   * @throws {FileFormatError} If the template cannot be parsed or fails.
   */
  applyChatTemplate(messages: readonly ChatMessage[], options?: ChatTemplateOptions): string;
}
