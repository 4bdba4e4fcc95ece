import { GPT2_PIECES, isolate, type PreTokenizer } from "./library_tokenizer.ts";

/** What the name of a GGUF file's pre-tokenizer stands for. */
export interface GgufPreTokenizer {
  /** The cuts, before bytes become letters. */
  steps: readonly PreTokenizer[];
  /** Whether a piece that is a token is taken whole. */
  ignoreMerges: boolean;
  /** Whether BOS goes in front where the file does not say. */
  addsBos: boolean;
}

// LLaMA 3 and Qwen 2 differ only in how many digits stay together.
function unicodePieces(digits: string): string {
  return `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}` +
    `| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
}

const GPT2 = { steps: [isolate({ Regex: GPT2_PIECES })], ignoreMerges: false, addsBos: false };
const SINGLE_DIGITS = {
  steps: [isolate({ Regex: "\\p{N}" }), isolate({ Regex: GPT2_PIECES })],
  ignoreMerges: false,
  addsBos: false,
};
const LLAMA3 = {
  steps: [isolate({ Regex: unicodePieces("\\p{N}{1,3}") })],
  ignoreMerges: true,
  addsBos: true,
};
const QWEN2 = {
  steps: [isolate({ Regex: unicodePieces("\\p{N}") })],
  ignoreMerges: false,
  addsBos: false,
};
// What llama.cpp does with files that were written before they named their pre-tokenizer.
const DEFAULT = {
  steps: [
    isolate({ Regex: "[\\p{P}\\$\\+<=>\\^~\\|]+" }),
    isolate({ Regex: GPT2_PIECES }),
    isolate({ Regex: "\\p{N}+" }),
    isolate({ Regex: "[0-9][0-9][0-9]" }),
  ],
  ignoreMerges: false,
  addsBos: false,
};

/** The pre-tokenizers that files of LLaMA-like models name, by the value of `tokenizer.ggml.pre`. */
export const GGUF_PRE_TOKENIZERS: ReadonlyMap<string, GgufPreTokenizer> = new Map([
  ["default", DEFAULT],
  ["gpt-2", GPT2],
  ["mpt", GPT2],
  ["olmo", GPT2],
  ["smollm", SINGLE_DIGITS],
  ["starcoder", SINGLE_DIGITS],
  ["refact", SINGLE_DIGITS],
  ["llama-bpe", LLAMA3],
  ["llama3", LLAMA3],
  ["llama-v3", LLAMA3],
  ["qwen2", QWEN2],
]);
