import { join } from "node:path";
import { openSafetensors } from "../../lib/io/safetensors.ts";
import {
  arr,
  buildGguf,
  f32,
  type RawTensor,
  type RawValue,
  str,
  text,
  u32,
} from "../io/gguf/build_gguf.ts";

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^model\.layers\.(\d+)\./, "blk.$1."],
  [/^model\.embed_tokens/, "token_embd"],
  [/^model\.norm/, "output_norm"],
  [/^lm_head/, "output"],
  [/input_layernorm/, "attn_norm"],
  [/post_attention_layernorm/, "ffn_norm"],
  [/self_attn\.o_proj/, "attn_output"],
  [/self_attn\.([qkv])_proj/, "attn_$1"],
  [/mlp\.(gate|up|down)_proj/, "ffn_$1"],
];

/** Writes the model of a folder as a GGUF file of float32, with its own order of rotary pairs. */
export async function writeTinyGguf(path: string, folder: string): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(join(folder, "config.json")));
  await using file = await openSafetensors(join(folder, "model.safetensors"));
  const tensors: RawTensor[] = [];
  for (const { name, shape } of file.tensors.values()) {
    const isRotary = /[qk]_proj/.test(name);
    const data = await file.read(name);
    tensors.push({
      name: NAMES.reduce((before, [pattern, to]) => before.replace(pattern, to), name),
      sizes: shape.toReversed(),
      type: 0,
      data: isRotary ? interleaved(data, { rows: shape[0] ?? 0, headDim: config.head_dim }) : data,
    });
  }
  const metadata = [...fieldsOf(config), ...await tokenizerOf(folder)];
  await Deno.writeFile(path, buildGguf({ metadata, tensors }));
}

type Field = readonly [string, RawValue];

function fieldsOf(config: Record<string, number>): Field[] {
  const number = (name: string) => u32(config[name] ?? 0);
  return [
    ["general.architecture", str("llama")],
    ["llama.block_count", number("num_hidden_layers")],
    ["llama.context_length", number("max_position_embeddings")],
    ["llama.embedding_length", number("hidden_size")],
    ["llama.feed_forward_length", number("intermediate_size")],
    ["llama.attention.head_count", number("num_attention_heads")],
    ["llama.attention.head_count_kv", number("num_key_value_heads")],
    ["llama.attention.key_length", number("head_dim")],
    ["llama.rope.dimension_count", number("head_dim")],
    ["llama.attention.layer_norm_rms_epsilon", f32(config["rms_norm_eps"] ?? 0)],
  ];
}

async function tokenizerOf(folder: string): Promise<Field[]> {
  const { model } = JSON.parse(await Deno.readTextFile(join(folder, "tokenizer.json")));
  const tokens = Object.keys(model.vocab).map(text);
  const CONTROL = 3;
  const kinds = tokens.map((_, id) => Uint8Array.of(id < 2 ? CONTROL : 1, 0, 0, 0));
  return [
    ["tokenizer.ggml.model", str("gpt2")],
    ["tokenizer.ggml.pre", str("gpt-2")],
    ["tokenizer.ggml.tokens", arr(8, tokens)],
    ["tokenizer.ggml.token_type", arr(5, kinds)],
    ["tokenizer.ggml.merges", arr(8, [])],
  ];
}

// Rows i and i + P/2 of a head become neighbours.
function interleaved(
  bytes: Uint8Array,
  { rows, headDim }: { rows: number; headDim: number },
): Uint8Array {
  const rowBytes = bytes.length / rows;
  const half = headDim / 2;
  const result = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row++) {
    const inHead = row % headDim;
    const source = row - inHead + (inHead % 2) * half + Math.floor(inHead / 2);
    result.set(bytes.subarray(source * rowBytes, (source + 1) * rowBytes), row * rowBytes);
  }
  return result;
}
