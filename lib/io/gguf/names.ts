/** GGUF's names of the tensors outside of the layers, and Hugging Face's names. */
const OUTER: ReadonlyMap<string, string> = new Map([
  ["token_embd", "model.embed_tokens"],
  ["output_norm", "model.norm"],
  ["output", "lm_head"],
]);

/** GGUF's names of the tensors of one layer, and Hugging Face's names. */
const INNER: ReadonlyMap<string, string> = new Map([
  ["attn_norm", "input_layernorm"],
  ["attn_q", "self_attn.q_proj"],
  ["attn_k", "self_attn.k_proj"],
  ["attn_v", "self_attn.v_proj"],
  ["attn_output", "self_attn.o_proj"],
  ["ffn_norm", "post_attention_layernorm"],
  ["ffn_gate", "mlp.gate_proj"],
  ["ffn_up", "mlp.up_proj"],
  ["ffn_down", "mlp.down_proj"],
]);

/**
 * Returns Hugging Face's parameter name for a GGUF tensor of the LLaMA architecture, such as
 * `model.layers.0.self_attn.q_proj.weight` for `blk.0.attn_q.weight`, or `undefined` for other tensors.
 */
export function huggingFaceName(ggufName: string): string | undefined {
  const match = /^(?:blk\.(0|[1-9]\d{0,5})\.)?([a-z_]+)\.(weight|bias)$/.exec(ggufName);
  if (match === null) return undefined;
  const [, layer, part = "", kind] = match;
  const name = (layer === undefined ? OUTER : INNER).get(part);
  if (name === undefined) return undefined;
  return layer === undefined ? `${name}.${kind}` : `model.layers.${layer}.${name}.${kind}`;
}

/** The projections whose rows a GGUF file of the LLaMA architecture holds in interleaved rotary order. */
export function rotaryProjection(ggufName: string): "query" | "key" | undefined {
  const part = /^blk\.\d+\.attn_([qk])\.(?:weight|bias)$/.exec(ggufName)?.[1];
  return part === "q" ? "query" : part === "k" ? "key" : undefined;
}
