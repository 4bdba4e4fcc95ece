import { assertEquals } from "@std/assert";
import { huggingFaceName, rotaryProjection } from "../../../lib/io/gguf/names.ts";

for (
  const [gguf, expected] of [
    ["token_embd.weight", "model.embed_tokens.weight"],
    ["output_norm.weight", "model.norm.weight"],
    ["output.weight", "lm_head.weight"],
    ["blk.0.attn_norm.weight", "model.layers.0.input_layernorm.weight"],
    ["blk.7.attn_q.weight", "model.layers.7.self_attn.q_proj.weight"],
    ["blk.7.attn_k.bias", "model.layers.7.self_attn.k_proj.bias"],
    ["blk.29.attn_v.weight", "model.layers.29.self_attn.v_proj.weight"],
    ["blk.29.attn_output.weight", "model.layers.29.self_attn.o_proj.weight"],
    ["blk.100.ffn_norm.weight", "model.layers.100.post_attention_layernorm.weight"],
    ["blk.1.ffn_gate.weight", "model.layers.1.mlp.gate_proj.weight"],
    ["blk.1.ffn_up.weight", "model.layers.1.mlp.up_proj.weight"],
    ["blk.1.ffn_down.weight", "model.layers.1.mlp.down_proj.weight"],
    ["rope_freqs.weight", undefined],
    ["blk.01.attn_q.weight", undefined],
    ["blk.0.output.weight", undefined],
    ["attn_q.weight", undefined],
    ["blk.0.ffn_gate_exps.weight", undefined],
    ["blk.0.attn_q.scale", undefined],
    ["xblk.0.attn_q.weight", undefined],
  ] as const
) {
  Deno.test(`huggingFaceName() gives ${expected} for ${gguf}`, () => {
    assertEquals(huggingFaceName(gguf), expected);
  });
}

Deno.test("rotaryProjection() names queries and keys only", () => {
  const names = ["attn_q.weight", "attn_k.bias", "attn_v.weight", "attn_output.weight"];
  const found = names.map((name) => rotaryProjection(`blk.12.${name}`));
  assertEquals(found, ["query", "key", undefined, undefined]);
});
