import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { memoryByteSource } from "../../../lib/io/byte_source.ts";
import { FileFormatError } from "../../../lib/io/errors.ts";
import { type GgufFile, openGgufSource } from "../../../lib/io/gguf.ts";
import { ggufLlamaConfig } from "../../../lib/io/gguf/config.ts";
import { ggufLlamaWeights } from "../../../lib/io/gguf/llama_weights.ts";
import { llama3RopeFactors } from "../../../lib/io/gguf/rope_factors.ts";
import {
  arr,
  buildGguf,
  f32,
  floats,
  type RawTensor,
  type RawValue,
  str,
  u32,
} from "./build_gguf.ts";

const FIELDS: Readonly<Record<string, RawValue>> = {
  "general.architecture": str("llama"),
  "llama.block_count": u32(1),
  "llama.context_length": u32(64),
  "llama.embedding_length": u32(16),
  "llama.feed_forward_length": u32(24),
  "llama.attention.head_count": u32(4),
  "llama.attention.head_count_kv": u32(2),
  "llama.attention.layer_norm_rms_epsilon": f32(1e-5),
  "tokenizer.ggml.bos_token_id": u32(1),
};

function tensor(name: string, ...sizes: number[]): RawTensor {
  const count = sizes.reduce((product, size) => product * size);
  return { name, sizes, type: 0, data: floats(...Array.from({ length: count }, (_, i) => i)) };
}

const TENSORS = [
  tensor("token_embd.weight", 16, 5),
  tensor("blk.0.attn_q.weight", 16, 16),
  tensor("blk.0.attn_k.weight", 16, 8),
  tensor("blk.0.attn_v.weight", 16, 8),
];

interface Changes {
  fields?: Readonly<Record<string, RawValue>>;
  without?: string;
  tensors?: readonly RawTensor[];
}

function open({ fields = {}, without = "", tensors = [] }: Changes = {}): Promise<GgufFile> {
  const all = Object.entries({ ...FIELDS, ...fields }).filter(([key]) => key !== without);
  const bytes = buildGguf({ metadata: all, tensors: [...TENSORS, ...tensors] });
  return openGgufSource(memoryByteSource("m.gguf", bytes));
}

Deno.test("ggufLlamaConfig() gives config.json's fields, with llama.cpp's defaults", async () => {
  assertEquals(await ggufLlamaConfig(await open()), {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_act: "silu",
    vocab_size: 5,
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 1,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 4,
    max_position_embeddings: 64,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    rope_scaling: null,
    tie_word_embeddings: true,
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: 1,
  });
});

Deno.test("ggufLlamaConfig() sees an output head, biases, a window, head size and linear scaling", async () => {
  const file = await open({
    fields: {
      "llama.attention.key_length": u32(8),
      "llama.rope.dimension_count": u32(8),
      "llama.rope.freq_base": f32(500_000),
      "llama.rope.scaling.type": str("linear"),
      "llama.rope.scaling.factor": f32(4),
      "llama.attention.sliding_window": u32(32),
    },
    without: "llama.attention.head_count_kv",
    tensors: [
      tensor("output.weight", 16, 5),
      tensor("blk.0.attn_q.bias", 16),
      tensor("blk.0.ffn_up.bias", 24),
    ],
  });
  const config = await ggufLlamaConfig(file);
  assertEquals(config.head_dim, 8);
  assertEquals(config.num_key_value_heads, 4);
  assertEquals(config.rope_theta, 500_000);
  assertEquals(config.rope_scaling, { rope_type: "linear", factor: 4 });
  assertEquals(config.sliding_window, 32);
  assert(!config.tie_word_embeddings && config.attention_bias && config.mlp_bias);
});

Deno.test("ggufLlamaConfig() recognizes LLaMA 3's scaling by its divisors", async () => {
  const scaling = {
    rope_type: "llama3",
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  } as const;
  const divisors = llama3RopeFactors(scaling, { theta: 500_000, headDim: 64 });
  const fields = {
    "llama.attention.key_length": u32(64),
    "llama.rope.freq_base": f32(500_000),
  };
  const stored = { name: "rope_freqs.weight", sizes: [32], type: 0, data: floats(...divisors) };
  const config = await ggufLlamaConfig(await open({ fields, tensors: [stored] }));
  assertEquals(config.rope_scaling, scaling);
  const other = { ...stored, data: floats(...divisors.map((divisor) => divisor * 1.01)) };
  await assertRejects(
    async () => ggufLlamaConfig(await open({ fields, tensors: [other] })),
    FileFormatError,
    "rope_freqs.weight: expected LLaMA 3's factors",
  );
});

for (
  const [what, changes, message] of [
    [
      "another architecture",
      { fields: { "general.architecture": str("qwen2") } },
      'general.architecture: expected "llama", found "qwen2"',
    ],
    ["no architecture", { without: "general.architecture" }, 'expected "llama", found none'],
    [
      "a missing field",
      { without: "llama.block_count" },
      "llama.block_count: expected a finite number from 1, found none",
    ],
    [
      "a fraction of a layer",
      { fields: { "llama.block_count": f32(1.5) } },
      "llama.block_count: expected an integer",
    ],
    [
      "heads by layer",
      { fields: { "llama.attention.head_count": arr(4, [u32(1).bytes]) } },
      "llama.attention.head_count: expected a finite number from 1, found an array",
    ],
    [
      "infinite epsilon",
      { fields: { "llama.attention.layer_norm_rms_epsilon": f32(Infinity) } },
      'found "Infinity"',
    ],
    [
      "experts",
      { fields: { "llama.expert_count": u32(8) } },
      "models with experts are not supported",
    ],
    [
      "heads that do not divide the width",
      { fields: { "llama.attention.head_count": u32(3) } },
      "llama.attention.key_length: expected an integer",
    ],
    [
      "partial rotary embedding",
      { fields: { "llama.rope.dimension_count": u32(2) } },
      "expected 4, the size of a head",
    ],
    ["another scaling", { fields: { "llama.rope.scaling.type": str("yarn") } }, 'found "yarn"'],
    [
      "a vocabulary that is not the embedding's",
      { fields: { "llama.vocab_size": u32(6) } },
      "expected 5, the rows of token_embd.weight, found",
    ],
    [
      "a token outside of the vocabulary",
      { fields: { "tokenizer.ggml.bos_token_id": u32(5) } },
      "tokenizer.ggml.bos_token_id: expected an id of the vocabulary",
    ],
  ] as [string, Changes, string][]
) {
  Deno.test(`ggufLlamaConfig() refuses ${what}`, async () => {
    await assertRejects(async () => ggufLlamaConfig(await open(changes)), FileFormatError, message);
  });
}

const HEADS = { num_attention_heads: 4, num_key_value_heads: 2 };

Deno.test("ggufLlamaWeights() gives Hugging Face's names and rotate-half order of queries and keys", async () => {
  const weights = ggufLlamaWeights(await open(), HEADS);
  assertEquals([...weights.keys()], [
    "model.embed_tokens.weight",
    "model.layers.0.self_attn.q_proj.weight",
    "model.layers.0.self_attn.k_proj.weight",
    "model.layers.0.self_attn.v_proj.weight",
  ]);
  const firstColumn = async (part: string) => {
    const values = await weights.get(`model.layers.0.self_attn.${part}_proj.weight`)?.read();
    return [...values ?? []].filter((_, i) => i % 16 === 0).map((value) => value / 16);
  };
  assertEquals(await firstColumn("q"), [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15]);
  assertEquals(await firstColumn("k"), [0, 2, 1, 3, 4, 6, 5, 7]);
  assertEquals(await firstColumn("v"), [0, 1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("ggufLlamaWeights() leaves the rotary divisors out, and refuses foreign tensors", async () => {
  const divisors = await open({ tensors: [tensor("rope_freqs.weight", 2)] });
  assertEquals(ggufLlamaWeights(divisors, HEADS).size, 4);
  const foreign = await open({ tensors: [tensor("blk.0.ssm_in.weight", 2)] });
  const message = 'tensor "blk.0.ssm_in.weight" at byte';
  assertThrows(() => ggufLlamaWeights(foreign, HEADS), FileFormatError, message);
});

Deno.test("ggufLlamaWeights() refuses projections that do not split into the heads", async () => {
  const file = await open();
  const heads = { num_attention_heads: 3, num_key_value_heads: 2 };
  assertThrows(
    () => ggufLlamaWeights(file, heads),
    FileFormatError,
    "rows that 6 divides (3 heads)",
  );
});
