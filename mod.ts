/**
 * qatlab: quantization-aware training of language models through low-rank adapters, on TF.js.
 *
 * @module
 */
export * as engine from "./lib/engine/mod.ts";
export { tf } from "./lib/engine/tf.ts";
export { fetchDatasetFile } from "./lib/data/fetch_dataset_file.ts";
export { CORPUS_NAMES, openText, type OpenTextOptions } from "./lib/data/open_text.ts";
export type { TextSource } from "./lib/data/text_source.ts";
export type { Tokenizer } from "./lib/data/tokenizer.ts";
export {
  perplexity,
  type PerplexityOptions,
  type PerplexityProgress,
  type PerplexityResult,
} from "./lib/eval/perplexity.ts";
export { BOS_PLACES, type BosPlace, type PerplexityProtocol } from "./lib/eval/protocol.ts";
export type { Linear } from "./lib/model/linear.ts";
export type { LlamaConfig } from "./lib/model/config.ts";
export { generate, type GeneratedToken, type GenerateOptions } from "./lib/model/generate.ts";
export { type LlamaModel, loadModel } from "./lib/model/load_model.ts";
export type { LoadProgress, LocateModelOptions } from "./lib/model/locate_model.ts";
export { pretrain, type PretrainingRecipe, type PretrainOptions } from "./lib/study/pretrain.ts";
export { train } from "./lib/train/train.ts";
