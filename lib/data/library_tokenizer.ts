import { Tokenizer } from "@huggingface/tokenizers";

/** A pattern of a {@linkcode TokenizerSteps}: a literal text, or a regular expression in Oniguruma's dialect. */
export type StepPattern = { String: string } | { Regex: string };

/** A change of the text before it is cut. */
export type Normalizer =
  | { type: "Prepend"; prepend: string }
  | { type: "Replace"; pattern: StepPattern; content: string }
  | { type: "NFC" | "NFD" | "NFKC" | "NFKD" };

/** A cut of the text into pieces that are encoded one by one. */
export type PreTokenizer =
  | { type: "Split"; pattern: StepPattern; behavior: "Isolated" | "Removed"; invert: boolean }
  | { type: "ByteLevel"; add_prefix_space: false; use_regex: false }
  | { type: "Metaspace"; replacement: "▁"; prepend_scheme: "always" | "first" | "never" };

/** A token that is found in the text before all else. */
export interface AddedToken {
  id: number;
  content: string;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

/** A byte-pair encoding: which two tokens join, and which first. */
export interface BpeModel {
  /** The tokens and their ids. */
  vocab: Readonly<Record<string, number>>;
  /** Pairs that join, the most urgent first. */
  merges: readonly (readonly [string, string])[];
  /** What stands for characters outside the vocabulary. */
  unkToken: string | null;
  /** Whether neighbouring unknown characters become one token. */
  fuseUnk: boolean;
  /** Whether unknown characters become tokens such as `<0xE2>`. */
  byteFallback: boolean;
  /** Whether a piece that is a token is taken whole. */
  ignoreMerges: boolean;
}

/** A checked BPE tokenizer, whatever file it comes from. */
export interface TokenizerSteps {
  normalizers: readonly Normalizer[];
  preTokenizers: readonly PreTokenizer[];
  addedTokens: readonly AddedToken[];
  model: BpeModel;
}

/** GPT-2's pieces: contractions, words, numbers, signs, blanks; the blank before a word goes with it. */
export const GPT2_PIECES =
  `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`;

/**
 * Builds the function that encodes a text, by the library `@huggingface/tokenizers`.
 *
 * Where the library is less exact than the reference tokenizers, the steps are written in a form in
 * which both agree: see {@linkcode isolate} and the callers.
 */
export function libraryEncoder(steps: TokenizerSteps): (text: string) => ArrayLike<number> {
  const { model } = steps;
  const preTokenizers = [...steps.preTokenizers, ...wordCuts(steps)];
  const tokenizer = new Tokenizer({
    normalizer: { type: "Sequence", normalizers: steps.normalizers.map(literalReplacement) },
    pre_tokenizer: preTokenizers.length === 0
      ? null
      : { type: "Sequence", pretokenizers: preTokenizers },
    added_tokens: steps.addedTokens,
    model: {
      type: "BPE",
      vocab: model.vocab,
      merges: model.merges,
      unk_token: model.unkToken,
      fuse_unk: model.fuseUnk,
      byte_fallback: model.byteFallback,
      ignore_merges: model.ignoreMerges,
    },
    // BOS, EOS and decoding are ours: the library's decoders replace bytes and trim spaces differently.
    post_processor: null,
    decoder: null,
  }, {});
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
}

/** Returns the step that makes every match of a pattern a piece of its own. */
export function isolate(pattern: StepPattern): PreTokenizer {
  return { type: "Split", pattern, behavior: "Isolated", invert: false };
}

/** Each word with the `▁` before it; SentencePiece vocabularies rarely have tokens that cross. */
const MARKED_WORDS: StepPattern = { Regex: "▁+[^▁]*|[^▁]+" };

/** Whether a token holds the end of one word and the mark of the next. */
export function crossesWords(token: string): boolean {
  return /[^▁]▁/.test(token);
}

// A tokenizer of the SentencePiece kind encodes its text in one piece, a million characters at once.
// Where no merge crosses from a word to the next mark, cutting there changes no token, and the
// library then finds most words in its cache: eight times faster.
function wordCuts({ preTokenizers, model }: TokenizerSteps): PreTokenizer[] {
  const uncut = preTokenizers.every((step) => step.type === "Metaspace");
  if (!uncut || model.ignoreMerges) return [];
  return model.merges.some(([a, b]) => crossesWords(a + b)) ? [] : [isolate(MARKED_WORDS)];
}

// JavaScript gives "$" in a replacement a meaning that the reference does not.
function literalReplacement(step: Normalizer): Normalizer {
  return step.type === "Replace"
    ? { ...step, content: step.content.replaceAll("$", "$$$$") }
    : step;
}
