import { DOCUMENT_SEPARATOR } from "../data/text_source.ts";

/**
 * Where BOS stands: nowhere; once in front of the whole text, as tokenizers that add it do in the
 * papers' protocol; or in front of each block, of which it takes one place.
 */
export type BosPlace = "none" | "text" | "blocks";

/** The places of {@linkcode BosPlace}. */
export const BOS_PLACES: readonly BosPlace[] = ["none", "text", "blocks"];

/** How a perplexity was measured; numbers are comparable only where all of this is equal. */
export interface PerplexityProtocol {
  /** The text, such as `brown:test` or a path. */
  readonly text: string;
  /** What stands between documents; the whole is tokenized as one piece. */
  readonly separator: string;
  /** The tokens that the model sees at once. */
  readonly seq: number;
  /** How far apart windows start, in tokens of the text. */
  readonly stride: number;
  /** Where BOS stands. */
  readonly bos: BosPlace;
  /** How many windows were asked for, or all that fit; what is left over is dropped. */
  readonly blocks: number | "all";
  /** The type in which the losses were computed. */
  readonly loss: "float32";
  /** The base of the mean: all scored tokens, each once. */
  readonly mean: "token";
}

/** The choices of {@linkcode PerplexityProtocol}. */
export interface ProtocolOptions {
  /** The tokens that the model sees at once, BOS included. */
  seq: number;
  /** How far apart windows start. Default: the window's own length, as in the papers. */
  stride?: number;
  /** Where BOS stands. Default: `none`. */
  bos?: BosPlace;
  /** Stop after this many windows. Default: all. */
  blocks?: number;
}

/** Fills in the defaults. */
export function perplexityProtocol(text: string, options: ProtocolOptions): PerplexityProtocol {
  const { seq, bos = "none", blocks = "all" } = options;
  return {
    text,
    separator: DOCUMENT_SEPARATOR,
    seq,
    stride: options.stride ?? (bos === "blocks" ? seq - 1 : seq),
    bos,
    blocks,
    loss: "float32",
    mean: "token",
  };
}
