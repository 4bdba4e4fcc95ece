import type { LlamaConfig } from "./config.ts";

/** Writes a configuration as Hugging Face's `config.json`, which `parseLlamaConfig` reads. */
export function llamaConfigJson(config: LlamaConfig): string {
  // Only Mistral's models know a sliding window.
  const mistral = config.slidingWindow !== undefined;
  const fields = {
    architectures: [mistral ? "MistralForCausalLM" : "LlamaForCausalLM"],
    model_type: mistral ? "mistral" : "llama",
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    ...(config.ropeScaling ? { rope_scaling: config.ropeScaling } : {}),
    ...(mistral ? { sliding_window: config.slidingWindow } : {}),
    max_position_embeddings: config.maxPositions,
    tie_word_embeddings: config.tieWordEmbeddings,
    attention_bias: config.attentionBias,
    mlp_bias: config.mlpBias,
    ...(config.bosId === undefined ? {} : { bos_token_id: config.bosId }),
    ...(config.eosIds.length === 0 ? {} : { eos_token_id: config.eosIds }),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
