import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FileFormatError } from "../../lib/io/errors.ts";
import { parseLlamaConfig } from "../../lib/model/config.ts";

const LLAMA = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  vocab_size: 100,
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};
const LLAMA3 = {
  rope_type: "llama3",
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

function parse(changes: Record<string, unknown> = {}) {
  return parseLlamaConfig(JSON.stringify({ ...LLAMA, ...changes }), "config.json");
}

function problemOf(changes: Record<string, unknown>): FileFormatError {
  return assertThrows(() => parse(changes), FileFormatError);
}

Deno.test("parseLlamaConfig() gives absent fields the values of transformers", () => {
  assertEquals(parse(), {
    vocabSize: 100,
    hiddenSize: 32,
    intermediateSize: 48,
    layers: 2,
    heads: 4,
    keyValueHeads: 4,
    headDim: 8,
    rmsNormEps: 1e-5,
    ropeTheta: 10_000,
    maxPositions: 64,
    tieWordEmbeddings: false,
    attentionBias: false,
    mlpBias: false,
    eosIds: [],
  });
});

Deno.test("parseLlamaConfig() reads the fields that are there", () => {
  const config = parse({
    num_key_value_heads: 2,
    head_dim: 16,
    rope_theta: 5e5,
    tie_word_embeddings: true,
    attention_bias: true,
    mlp_bias: true,
    bos_token_id: 1,
    eos_token_id: [2, 3],
    sliding_window: null,
    hidden_act: "silu",
    pretraining_tp: 1,
  });
  const { keyValueHeads, headDim, ropeTheta, bosId, eosIds, slidingWindow } = config;
  assertEquals([keyValueHeads, headDim, ropeTheta, bosId], [2, 16, 5e5, 1]);
  assertEquals([config.tieWordEmbeddings, config.attentionBias, config.mlpBias], [
    true,
    true,
    true,
  ]);
  assertEquals([eosIds, slidingWindow], [[2, 3], undefined]);
});

Deno.test("parseLlamaConfig() reads the rotary fields of transformers 4 and 5 alike", () => {
  const four = parse({ rope_theta: 5e5, rope_scaling: LLAMA3 });
  const five = parse({ rope_parameters: { rope_theta: 5e5, ...LLAMA3 } });
  assertEquals(four, five);
  assertEquals([five.ropeTheta, five.ropeScaling], [5e5, LLAMA3 as typeof five.ropeScaling]);
  const plain = parse({ rope_parameters: { rope_theta: 5e5, rope_type: "default" } });
  assertEquals([plain.ropeTheta, plain.ropeScaling], [5e5, undefined]);
  const old = parse({ rope_scaling: { type: "linear", factor: 2 } });
  assertEquals(old.ropeScaling, { rope_type: "linear", factor: 2 });
});

Deno.test("parseLlamaConfig() knows the window that Mistral models have without the field", () => {
  const mistral = { architectures: ["MistralForCausalLM"], model_type: "mistral" };
  assertEquals(parse(mistral).slidingWindow, 4096);
  assertEquals(parse({ ...mistral, sliding_window: null }).slidingWindow, undefined);
  assertEquals(parse({ ...mistral, sliding_window: 7 }).slidingWindow, 7);
});

Deno.test("parseLlamaConfig() names the file, the field and the byte of an unknown architecture", () => {
  const { message } = problemOf({ architectures: ["GPT2LMHeadModel"] });
  assertEquals(
    message,
    'Cannot read "config.json": field "architectures.0" at byte 18: expected one of ' +
      'LlamaForCausalLM, MistralForCausalLM, found "GPT2LMHeadModel"',
  );
});

const WRONG: readonly (readonly [string, Record<string, unknown>])[] = [
  ["architectures", { architectures: undefined }],
  ["architectures", { architectures: ["LlamaForCausalLM", "LlamaForCausalLM"] }],
  ["model_type", { model_type: "gpt2" }],
  ["vocab_size", { vocab_size: "100" }],
  ["vocab_size", { vocab_size: 2 ** 25 }],
  ["hidden_size", { hidden_size: 0 }],
  ["hidden_size", { hidden_size: 33 }],
  ["hidden_size", { hidden_size: 12 }],
  ["intermediate_size", { intermediate_size: 1.5 }],
  ["num_hidden_layers", { num_hidden_layers: 1e9 }],
  ["num_attention_heads", { num_attention_heads: null }],
  ["num_key_value_heads", { num_key_value_heads: 3 }],
  ["head_dim", { head_dim: 7 }],
  ["max_position_embeddings", { max_position_embeddings: -1 }],
  ["rms_norm_eps", { rms_norm_eps: 0 }],
  ["rope_theta", { rope_theta: "1e4" }],
  ["rope_scaling.rope_type", { rope_scaling: { rope_type: "yarn", factor: 4 } }],
  ["rope_scaling.factor", { rope_scaling: { rope_type: "linear", factor: 0.5 } }],
  ["rope_scaling.high_freq_factor", { rope_scaling: { ...LLAMA3, high_freq_factor: 1 } }],
  ["tie_word_embeddings", { tie_word_embeddings: 1 }],
  ["hidden_act", { hidden_act: "gelu" }],
  ["pretraining_tp", { pretraining_tp: 2 }],
  ["partial_rotary_factor", { partial_rotary_factor: 0.5 }],
  ["quantization_config", { quantization_config: { bits: 4 } }],
  ["sliding_window", { sliding_window: 0 }],
  ["bos_token_id", { bos_token_id: 100 }],
  ["eos_token_id.1", { eos_token_id: [1, -1] }],
];

for (const [field, changes] of WRONG) {
  Deno.test(`parseLlamaConfig() refuses ${JSON.stringify(changes)} and names ${field}`, () => {
    assertStringIncludes(problemOf(changes).message, `"${field}"`);
  });
}

Deno.test("parseLlamaConfig() refuses a text that is no JSON object", () => {
  for (const text of ["", "[]", "{", '{"a":1,"a":2}', "null"]) {
    assertThrows(() => parseLlamaConfig(text, "config.json"), FileFormatError);
  }
});
