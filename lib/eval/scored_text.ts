import { type EvaluationBlock, evaluationBlocks } from "../data/evaluation_blocks.ts";
import { readText, type TextSource } from "../data/text_source.ts";
import type { LlamaModel } from "../model/load_model.ts";
import { requireLength } from "../model/positions.ts";
import { requireTokens } from "../model/require_tokens.ts";
import { countText, type TextSpan } from "./count_text.ts";
import { type PerplexityProtocol, perplexityProtocol, type ProtocolOptions } from "./protocol.ts";

/** What of a model decides how a text is cut. */
export type TokenizedModel = Pick<LlamaModel, "config" | "tokenizer">;

/** A text as the windows in which a model sees it; the same for all models of one tokenizer. */
export interface ScoredText {
  /** The whole text as token ids. */
  readonly ids: Int32Array;
  readonly windows: readonly EvaluationBlock[];
  /** The tokens that the model sees at once. */
  readonly seq: number;
  /** The token in front of each window, if any. */
  readonly bosId: number | undefined;
  /** The words and bytes of the scored tokens. */
  readonly count: { readonly words: number; readonly bytes: number };
  readonly protocol: PerplexityProtocol;
}

/**
 * Reads, tokenizes and cuts a text.
 *
 * @throws {RangeError} If the text is empty or shorter than a block, `seq` is above the model's limit,
 * another option is out of range, or BOS is asked for and the tokenizer has none.
 */
export async function openScoredText(
  { config, tokenizer }: TokenizedModel,
  text: TextSource | string,
  options: ProtocolOptions,
): Promise<ScoredText> {
  const source = typeof text === "string" ? oneDocument(text) : text;
  const protocol = perplexityProtocol(source.name, options);
  const { seq, stride, bos } = protocol;
  requireLength(config, seq);
  if (bos !== "none" && tokenizer.bosId === undefined) {
    throw new RangeError("Cannot put BOS in front: the model's tokenizer has none");
  }
  const ids = tokenizer.encode(await readText(source), { bos: bos === "text" });
  requireTokens(ids, config);
  const limit = options.blocks === undefined ? {} : { limit: options.blocks };
  const inBlocks = bos === "blocks";
  const windows = evaluationBlocks(ids.length, { block: seq, stride, bos: inBlocks, ...limit });
  return {
    ids,
    windows,
    seq,
    bosId: inBlocks ? tokenizer.bosId : undefined,
    count: countText(ids, { tokenizer, spans: windows.map(scoredSpan) }),
    protocol,
  };
}

function scoredSpan({ scoreFrom, end }: EvaluationBlock): TextSpan {
  return { start: scoreFrom, end };
}

function oneDocument(text: string): TextSource {
  return {
    name: "text",
    async *documents() {
      yield text;
    },
  };
}
