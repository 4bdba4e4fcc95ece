import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { parseLlamaConfig } from "../../lib/model/config.ts";
import { rotaryTables, rotate } from "../../lib/model/rope.ts";
import { valuesOf } from "./tiny_model.ts";

await engine.start({ backend: "tensorflow" });

const config = parseLlamaConfig(
  JSON.stringify({
    architectures: ["LlamaForCausalLM"],
    vocab_size: 10,
    hidden_size: 8,
    intermediate_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: 4096,
    rms_norm_eps: 1e-5,
    rope_theta: 100,
  }),
  "config.json",
);

Deno.test("rotate() turns the pair (i, i + P/2) by the angle t theta^(-2i/P)", () => {
  const tables = rotaryTables(config, 4);
  const x = tf.ones<tf.Rank.R4>([1, 1, 4, 4]);
  const turned = valuesOf(rotate(x, tables));
  for (let t = 0; t < 4; t++) {
    [t, t / 10].forEach((angle, i) => {
      assertAlmostEquals(turned[t * 4 + i] ?? NaN, Math.cos(angle) - Math.sin(angle), 1e-6);
      assertAlmostEquals(turned[t * 4 + i + 2] ?? NaN, Math.cos(angle) + Math.sin(angle), 1e-6);
    });
  }
});

Deno.test("scores of turned queries and keys depend on the distance of their positions only", () => {
  const tables = rotaryTables(config, 64);
  const [q, k] = [1, 2].map((seed) => tf.randomNormal([1, 1, 1, 4], 0, 1, "float32", seed));
  const spread = (x: tf.Tensor | undefined) => tf.tile(x as tf.Tensor4D, [1, 1, 64, 1]);
  const scores = tf.matMul(rotate(spread(q), tables), rotate(spread(k), tables), false, true);
  const values = valuesOf(scores);
  const at = (row: number, column: number) => values[row * 64 + column] ?? NaN;
  for (let row = 8; row < 64; row++) assertAlmostEquals(at(row, row - 8), at(8, 0), 1e-5);
  assert(Math.abs(at(8, 0) - at(9, 0)) > 1e-3);
});

Deno.test("rotaryTables() rounds frequencies and angles to float32, as transformers does", () => {
  const { cosTP } = rotaryTables(config, 4000);
  const frequency = Math.fround(1 / 10);
  const expected = Math.fround(Math.cos(Math.fround(3999 * frequency)));
  assertEquals(valuesOf(tf.slice(cosTP, [3999, 1], [1, 1]))[0], expected);
});
