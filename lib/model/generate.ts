import { Decoder } from "./decoder.ts";
import type { ComputingModel } from "./forward_pass.ts";
import type { LlamaModel } from "./load_model.ts";
import { requireLength } from "./positions.ts";
import { makeSampler, type SamplingOptions } from "./sample.ts";

/** Options for {@linkcode generate}. */
export interface GenerateOptions extends SamplingOptions {
  /** The most new tokens. Default: 128. */
  tokens?: number;
  /** Put BOS in front of a prompt that is text. Default: what the model's own files do. */
  bos?: boolean;
  /** Tokens that end the text; they are not given out. Default: those of the configuration. */
  stop?: readonly number[];
  /** Stops between tokens. */
  signal?: AbortSignal;
}

/** What is needed of a model to continue a text. */
export type GeneratingModel = ComputingModel & Pick<LlamaModel, "tokenizer">;

/** A new token. */
export interface GeneratedToken {
  readonly id: number;
  /** The text that is now certain; "" inside a character of several tokens. */
  readonly text: string;
}

/**
 * Continues a text token by token. The same model, prompt and options give the same tokens.
 *
 * @param model The model.
 * @param prompt A text, or tokens.
 * @param options The options.
 * @throws {RangeError} If the prompt is empty, prompt and new tokens are together above the model's
 * limit, or an option is out of range.
 */
export async function* generate(
  model: GeneratingModel,
  prompt: string | ArrayLike<number>,
  options: GenerateOptions = {},
): AsyncGenerator<GeneratedToken, void> {
  const { tokens = 128, stop = model.config.eosIds, signal } = options;
  if (!Number.isInteger(tokens) || tokens < 1) {
    throw new RangeError(`'tokens' must be an integer from 1: current value is ${tokens}`);
  }
  const sample = makeSampler(options);
  const ids = promptIds(model, prompt, options);
  requireLength(model.config, ids.length + tokens);
  const stream = model.tokenizer.decodeStream();
  for (const id of ids) stream.push(id);
  using decoder = new Decoder(model, { length: ids.length + tokens, compile: tokens >= COMPILE });
  let logits = await decoder.take(ids);
  for (let place = 0; place < tokens; place++) {
    signal?.throwIfAborted();
    const id = sample(logits, place);
    const isStop = stop.includes(id);
    const isLast = isStop || place === tokens - 1;
    const text = (isStop ? "" : stream.push(id)) + (isLast ? stream.end() : "");
    if (!isStop || text !== "") yield { id, text };
    if (isLast) return;
    logits = await decoder.take([id]);
  }
}

/** From how many tokens on compiling the step pays. */
const COMPILE = 32;

function promptIds(
  { tokenizer, config }: GeneratingModel,
  prompt: string | ArrayLike<number>,
  { bos = tokenizer.addsBos }: GenerateOptions,
): ArrayLike<number> & Iterable<number> {
  const ids = typeof prompt === "string"
    ? tokenizer.encode(prompt, { bos })
    : Int32Array.from(prompt);
  if (ids.length > 0) return ids;
  // An unprompted text begins as the model's training texts did.
  const begin = tokenizer.bosId ?? config.bosId;
  if (begin !== undefined) return [begin];
  throw new RangeError("Cannot continue an empty prompt: the model's tokenizer has no BOS");
}
