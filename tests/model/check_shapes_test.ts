import { assertEquals, assertThrows } from "@std/assert";
import { FileFormatError } from "../../lib/io/errors.ts";
import { checkShapes } from "../../lib/model/check_shapes.ts";
import { parseLlamaConfig } from "../../lib/model/config.ts";
import { parameterShapes } from "../../lib/model/parameter_shapes.ts";

const FIELDS = {
  architectures: ["LlamaForCausalLM"],
  vocab_size: 10,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};

function check(
  change: (shapes: Map<string, readonly number[]>) => void,
  fields: Record<string, unknown> = {},
): string[] {
  const config = parseLlamaConfig(JSON.stringify({ ...FIELDS, ...fields }), "config.json");
  const shapes = parameterShapes(config);
  change(shapes);
  return checkShapes(shapes, { path: "model.safetensors", config });
}

Deno.test("parameterShapes() lists the weights by Hugging Face's names, biases where they are", () => {
  const config = parseLlamaConfig(
    JSON.stringify({ ...FIELDS, attention_bias: true, tie_word_embeddings: true }),
    "config.json",
  );
  assertEquals(Object.fromEntries(parameterShapes(config)), {
    "model.embed_tokens.weight": [10, 8],
    "model.layers.0.input_layernorm.weight": [8],
    "model.layers.0.post_attention_layernorm.weight": [8],
    "model.layers.0.self_attn.q_proj.weight": [8, 8],
    "model.layers.0.self_attn.q_proj.bias": [8],
    "model.layers.0.self_attn.k_proj.weight": [4, 8],
    "model.layers.0.self_attn.k_proj.bias": [4],
    "model.layers.0.self_attn.v_proj.weight": [4, 8],
    "model.layers.0.self_attn.v_proj.bias": [4],
    "model.layers.0.self_attn.o_proj.weight": [8, 8],
    "model.layers.0.self_attn.o_proj.bias": [8],
    "model.layers.0.mlp.gate_proj.weight": [12, 8],
    "model.layers.0.mlp.up_proj.weight": [12, 8],
    "model.layers.0.mlp.down_proj.weight": [8, 12],
    "model.norm.weight": [8],
  });
});

Deno.test("checkShapes() names what is missing, misshapen and surplus", () => {
  const { message } = assertThrows(
    () =>
      check((shapes) => {
        shapes.delete("model.norm.weight");
        shapes.set("lm_head.weight", [8, 10]);
        shapes.set("model.extra.weight", [1]);
      }),
    FileFormatError,
  );
  assertEquals(
    message,
    'Cannot read "model.safetensors": the tensors: expected those of the configuration, ' +
      'found no "model.norm.weight"; "lm_head.weight" [8,10] and not [10,8]; ' +
      'surplus "model.extra.weight"',
  );
});

Deno.test("checkShapes() names the first differences and counts the others", () => {
  const { found } = assertThrows(() => check((shapes) => shapes.clear()), FileFormatError);
  assertEquals(found.split("; ").length, 6);
  assertEquals(found.split("; ").at(-1), "and 7 more");
});

Deno.test("checkShapes() refuses an untied model without its output head", () => {
  const withoutHead = (shapes: Map<string, unknown>) => void shapes.delete("lm_head.weight");
  assertThrows(() => check(withoutHead), FileFormatError);
  check(withoutHead, { tie_word_embeddings: true });
});

Deno.test("checkShapes() leaves a tied copy of the embedding and rotary frequencies aside", () => {
  const names = check((shapes) => {
    shapes.set("lm_head.weight", [10, 8]);
    shapes.set("model.layers.0.self_attn.rotary_emb.inv_freq", [2]);
  }, { tie_word_embeddings: true });
  assertEquals(names.length, 11);
  assertEquals(names.filter((name) => /head|inv_freq/.test(name)), []);
});
