import { JsonField } from "../io/json_field.ts";
import { readRopeScaling, type RopeScaling } from "./rope_scaling.ts";

/** The hyper-parameters of a LLaMA-family model. */
export interface LlamaConfig {
  /** The rows of the embedding. */
  readonly vocabSize: number;
  /** D, the width of the residual stream. */
  readonly hiddenSize: number;
  /** F, the inner width of the feed-forward part. */
  readonly intermediateSize: number;
  /** The number of blocks. */
  readonly layers: number;
  /** H, the query heads. */
  readonly heads: number;
  /** K, the key and value heads; divides H. */
  readonly keyValueHeads: number;
  /** P, the size of a head; even. */
  readonly headDim: number;
  /** What RMSNorm adds to the mean square. */
  readonly rmsNormEps: number;
  /** The base of the rotary angles. */
  readonly ropeTheta: number;
  /** How the rotary frequencies are changed for longer texts. */
  readonly ropeScaling?: RopeScaling;
  /** The longest sequence that the model is made for. */
  readonly maxPositions: number;
  /** How many tokens a token sees, itself included; all before it where this is left out. */
  readonly slidingWindow?: number;
  /** Whether the output head is the embedding. */
  readonly tieWordEmbeddings: boolean;
  /** Whether the projections of the attention have biases. */
  readonly attentionBias: boolean;
  /** Whether the projections of the feed-forward part have biases. */
  readonly mlpBias: boolean;
  /** The token that begins a text. */
  readonly bosId?: number;
  /** The tokens that end a text. */
  readonly eosIds: readonly number[];
}

const ARCHITECTURES = ["LlamaForCausalLM", "MistralForCausalLM"] as const;
const MODEL_TYPES = ["llama", "mistral"] as const;

/** Widths of published models are below 2^18; the limit keeps the product of two exact. */
const MAX_SIZE = 2 ** 24;

/** The largest LLaMA has 126 layers; without a limit a hostile number would cost time and memory. */
const MAX_LAYERS = 10_000;

/** Transformers gives Mistral models this window where their file has no such field. */
const MISTRAL_WINDOW = 4096;

/**
 * Reads the text of a Hugging Face `config.json`, of transformers 4 or 5, field by field.
 *
 * Absent fields get the values that transformers gives them. Fields that change what the model
 * computes and that this project does not know are refused, not skipped.
 *
 * @param text The text.
 * @param path The path of the file, for messages.
 * @throws {FileFormatError} If the architecture is unknown, or a field is missing, has the wrong
 * kind, is out of range or contradicts another; it names the field.
 */
export function parseLlamaConfig(text: string, path: string): LlamaConfig {
  const root = JsonField.parse(text, path);
  const architecture = readArchitecture(root);
  refuseUnknownVariants(root);
  const size = (name: string) => positiveInteger(root.get(name), MAX_SIZE);
  const vocabSize = size("vocab_size");
  const heads = size("num_attention_heads");
  const hiddenSize = size("hidden_size");
  const rope = root.get("rope_parameters").present ? root.get("rope_parameters") : root;
  const ropeScaling = readRopeScaling(rope === root ? root.get("rope_scaling") : rope);
  const window = readWindow(root, architecture);
  const bos = root.get("bos_token_id");
  return {
    vocabSize,
    hiddenSize,
    intermediateSize: size("intermediate_size"),
    layers: positiveInteger(root.get("num_hidden_layers"), MAX_LAYERS),
    heads,
    keyValueHeads: readKeyValueHeads(root, heads),
    headDim: readHeadDim(root, hiddenSize / heads),
    rmsNormEps: positiveNumber(root.get("rms_norm_eps")),
    ropeTheta: rope.get("rope_theta").present ? positiveNumber(rope.get("rope_theta")) : 10_000,
    maxPositions: size("max_position_embeddings"),
    tieWordEmbeddings: root.get("tie_word_embeddings").boolean(false),
    attentionBias: root.get("attention_bias").boolean(false),
    mlpBias: root.get("mlp_bias").boolean(false),
    eosIds: readEosIds(root, vocabSize),
    ...(bos.present ? { bosId: tokenId(bos, vocabSize) } : {}),
    ...(ropeScaling ? { ropeScaling } : {}),
    ...(window === undefined ? {} : { slidingWindow: window }),
  };
}

function readArchitecture(root: JsonField): typeof ARCHITECTURES[number] {
  const architectures = root.get("architectures");
  const architecture = architectures.item(0).oneOf(ARCHITECTURES);
  if (architectures.array().length > 1) throw architectures.error("one architecture");
  if (root.get("model_type").present) root.get("model_type").oneOf(MODEL_TYPES);
  return architecture;
}

function refuseUnknownVariants(root: JsonField): void {
  const activation = root.get("hidden_act");
  if (activation.present) activation.oneOf(["silu"]);
  // Slices of the projections are multiplied one by one above 1, with other rounding.
  for (const name of ["pretraining_tp", "partial_rotary_factor"]) {
    const field = root.get(name);
    if (field.present && field.value !== 1) throw field.error("1, the only value that is known");
  }
  const quantization = root.get("quantization_config");
  if (quantization.present) throw quantization.error("nothing: the weights must be floats");
}

function readWindow(root: JsonField, architecture: string): number | undefined {
  const field = root.get("sliding_window");
  if (field.present) return positiveInteger(field, MAX_SIZE);
  const isMistral = architecture === "MistralForCausalLM";
  return isMistral && field.value === undefined ? MISTRAL_WINDOW : undefined;
}

function readKeyValueHeads(root: JsonField, heads: number): number {
  const field = root.get("num_key_value_heads");
  if (!field.present) return heads;
  const count = positiveInteger(field, MAX_SIZE);
  if (heads % count !== 0) throw field.error(`a divisor of the ${heads} attention heads`);
  return count;
}

function readHeadDim(root: JsonField, whole: number): number {
  const given = root.get("head_dim");
  const size = given.present ? positiveInteger(given, MAX_SIZE) : whole;
  if (Number.isInteger(size) && size % 2 === 0) return size;
  if (given.present) throw given.error("an even number, as rotary embedding takes pairs");
  throw root.get("hidden_size").error("an even multiple of num_attention_heads");
}

function readEosIds(root: JsonField, vocabSize: number): number[] {
  const field = root.get("eos_token_id");
  if (!field.present) return [];
  const fields = Array.isArray(field.value) ? field.items() : [field];
  return fields.map((item) => tokenId(item, vocabSize));
}

function tokenId(field: JsonField, vocabSize: number): number {
  const id = field.index();
  if (id >= vocabSize) throw field.error(`a token id below the vocabulary's size, ${vocabSize}`);
  return id;
}

function positiveInteger(field: JsonField, max: number): number {
  const { value } = field;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max) {
    return value;
  }
  throw field.error(`an integer from 1 to ${max}`);
}

function positiveNumber(field: JsonField): number {
  const { value } = field;
  if (typeof value === "number" && value > 0 && value < Infinity) return value;
  throw field.error("a number above 0");
}
