import type { LlamaConfig } from "./config.ts";

/** The linear layers of a block, by their names in it. */
export const BLOCK_LINEARS = [
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "mlp.gate_proj",
  "mlp.up_proj",
  "mlp.down_proj",
] as const;

/** The name of one of {@linkcode BLOCK_LINEARS}. */
export type BlockLinear = typeof BLOCK_LINEARS[number];

/** The names of a block's parameters begin so. */
export function blockPrefix(layer: number): string {
  return `model.layers.${layer}.`;
}

/** The outputs and inputs of a block's linear layer, `[O, I]`. */
export function linearShape(config: LlamaConfig, linear: BlockLinear): readonly [number, number] {
  const { hiddenSize, intermediateSize, headDim } = config;
  const queries = config.heads * headDim;
  switch (linear) {
    case "self_attn.q_proj":
      return [queries, hiddenSize];
    case "self_attn.k_proj":
    case "self_attn.v_proj":
      return [config.keyValueHeads * headDim, hiddenSize];
    case "self_attn.o_proj":
      return [hiddenSize, queries];
    case "mlp.gate_proj":
    case "mlp.up_proj":
      return [intermediateSize, hiddenSize];
    case "mlp.down_proj":
      return [hiddenSize, intermediateSize];
  }
}

/** The shapes of all parameters by Hugging Face's names, in the order of the forward pass. */
export function parameterShapes(config: LlamaConfig): Map<string, readonly number[]> {
  const { vocabSize, hiddenSize } = config;
  const shapes = new Map<string, readonly number[]>();
  shapes.set("model.embed_tokens.weight", [vocabSize, hiddenSize]);
  for (let layer = 0; layer < config.layers; layer++) addBlock(shapes, config, layer);
  shapes.set("model.norm.weight", [hiddenSize]);
  if (!config.tieWordEmbeddings) shapes.set("lm_head.weight", [vocabSize, hiddenSize]);
  return shapes;
}

function addBlock(
  shapes: Map<string, readonly number[]>,
  config: LlamaConfig,
  layer: number,
): void {
  const prefix = blockPrefix(layer);
  shapes.set(`${prefix}input_layernorm.weight`, [config.hiddenSize]);
  shapes.set(`${prefix}post_attention_layernorm.weight`, [config.hiddenSize]);
  for (const linear of BLOCK_LINEARS) {
    const shape = linearShape(config, linear);
    shapes.set(`${prefix}${linear}.weight`, shape);
    const hasBias = linear.startsWith("mlp.") ? config.mlpBias : config.attentionBias;
    if (hasBias) shapes.set(`${prefix}${linear}.bias`, [shape[0]]);
  }
}
