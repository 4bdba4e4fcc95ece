import { FileFormatError, quoted } from "../errors.ts";
import type { GgufFile } from "../gguf.ts";
import type { GgufValue } from "./metadata.ts";
import { ropeScalingOfFactors } from "./rope_factors.ts";

/** The `config.json` of a LLaMA model, as its GGUF file tells it. */
export interface GgufLlamaConfig {
  architectures: ["LlamaForCausalLM"];
  model_type: "llama";
  hidden_act: "silu";
  vocab_size: number;
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  head_dim: number;
  max_position_embeddings: number;
  rms_norm_eps: number;
  rope_theta: number;
  rope_scaling: Readonly<Record<string, string | number>> | null;
  tie_word_embeddings: boolean;
  attention_bias: boolean;
  mlp_bias: boolean;
  bos_token_id?: number;
  eos_token_id?: number;
  sliding_window?: number;
}

/** Numbers of layers, heads and widths are far below; the limit keeps products of two exact. */
const MAX_SIZE = 2 ** 24;

/**
 * Translates a GGUF file's hyper-parameters into the fields of Hugging Face's `config.json`.
 *
 * LLaMA and Mistral models share the architecture name `llama` in GGUF. Untold fields get the values
 * that llama.cpp gives them; a file without `output.weight` ties the output head to the embedding.
 *
 * @throws {FileFormatError} If the architecture is not `llama`, a field is missing or out of range, or
 * the file uses experts, partial rotary embedding or a scaling that has no Hugging Face form.
 */
export async function ggufLlamaConfig(file: GgufFile): Promise<GgufLlamaConfig> {
  const fields = new Fields(file);
  const architecture = file.metadata.get("general.architecture");
  if (architecture !== "llama") throw fields.problem("general.architecture", '"llama"');
  if (fields.number("expert_count", { fallback: 0, min: 0 }) !== 0) {
    throw fields.problem("llama.expert_count", "0, as models with experts are not supported");
  }
  const heads = fields.integer("attention.head_count");
  const width = fields.integer("embedding_length");
  const headDim = fields.integer("attention.key_length", { fallback: width / heads });
  if (fields.integer("rope.dimension_count", { fallback: headDim }) !== headDim) {
    throw fields.problem("llama.rope.dimension_count", `${headDim}, the size of a head`);
  }
  const theta = fields.number("rope.freq_base", { fallback: 10_000, min: 1 });
  const hasTensor = (suffix: string) => file.tensors.has(suffix);
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_act: "silu",
    vocab_size: fields.vocabulary(),
    hidden_size: width,
    intermediate_size: fields.integer("feed_forward_length"),
    num_hidden_layers: fields.integer("block_count"),
    num_attention_heads: heads,
    num_key_value_heads: fields.integer("attention.head_count_kv", { fallback: heads }),
    head_dim: headDim,
    max_position_embeddings: fields.integer("context_length"),
    rms_norm_eps: fields.number("attention.layer_norm_rms_epsilon", { min: 0 }),
    rope_theta: theta,
    rope_scaling: await ropeScaling(file, { fields, theta, headDim }),
    tie_word_embeddings: !hasTensor("output.weight"),
    attention_bias: hasTensor("blk.0.attn_q.bias"),
    mlp_bias: hasTensor("blk.0.ffn_up.bias"),
    ...fields.tokenId("bos_token_id"),
    ...fields.tokenId("eos_token_id"),
    ...fields.slidingWindow(),
  };
}

interface RopeContext {
  fields: Fields;
  theta: number;
  headDim: number;
}

async function ropeScaling(
  file: GgufFile,
  { fields, theta, headDim }: RopeContext,
): Promise<GgufLlamaConfig["rope_scaling"]> {
  if (file.tensors.has("rope_freqs.weight")) {
    const factors = await file.readFloats("rope_freqs.weight");
    const found = ropeScalingOfFactors(factors, { theta, headDim });
    if (found === undefined) throw fields.problem("rope_freqs.weight", "LLaMA 3's factors");
    return { ...found };
  }
  const type = file.metadata.get("llama.rope.scaling.type") ?? "none";
  if (type === "none") return null;
  if (type !== "linear") throw fields.problem("llama.rope.scaling.type", '"none" or "linear"');
  return { rope_type: "linear", factor: fields.number("rope.scaling.factor", { min: 1 }) };
}

interface NumberRule {
  fallback?: number;
  min: number;
}

class Fields {
  #file: GgufFile;

  constructor(file: GgufFile) {
    this.#file = file;
  }

  /** An integer from 1; a missing field is an error without `fallback`. */
  integer(name: string, options: { fallback?: number } = {}): number {
    const value = this.number(name, { ...options, min: 1 });
    if (Number.isInteger(value) && value <= MAX_SIZE) return value;
    throw this.problem(`llama.${name}`, `an integer from 1 to ${MAX_SIZE}`, value);
  }

  /** A finite number from `min`. */
  number(name: string, { fallback, min }: NumberRule): number {
    const value = this.#file.metadata.get(`llama.${name}`) ?? fallback;
    if (typeof value === "number" && value >= min && value < Infinity) return shortest(value);
    throw this.problem(`llama.${name}`, `a finite number from ${min}`, value);
  }

  vocabulary(): number {
    const { metadata, tensors } = this.#file;
    const rows = tensors.get("token_embd.weight")?.shape[0];
    const told = metadata.get("llama.vocab_size") ?? rows;
    if (rows !== undefined && told === rows) return rows;
    throw this.problem("llama.vocab_size", `${rows}, the rows of token_embd.weight`, told);
  }

  tokenId(name: "bos_token_id" | "eos_token_id"): { [field in typeof name]?: number } {
    const value = this.#file.metadata.get(`tokenizer.ggml.${name}`);
    if (value === undefined) return {};
    if (typeof value === "number" && value < this.vocabulary()) return { [name]: value };
    throw this.problem(`tokenizer.ggml.${name}`, "an id of the vocabulary");
  }

  slidingWindow(): { sliding_window?: number } {
    if (!this.#file.metadata.has("llama.attention.sliding_window")) return {};
    return { sliding_window: this.integer("attention.sliding_window") };
  }

  problem(
    where: string,
    expected: string,
    value: GgufValue | undefined = this.#file.metadata.get(where),
  ): FileFormatError {
    const found = value === undefined
      ? "none"
      : typeof value === "object"
      ? "an array"
      : quoted(`${value}`);
    return new FileFormatError(this.#file.path, { where, expected, found });
  }
}

// A float32 such as 9.999999747e-6 stands for the decimal 1e-5 that the model's own config has.
function shortest(value: number): number {
  const decimal = Number(value.toPrecision(7));
  return Math.fround(decimal) === value ? decimal : value;
}
