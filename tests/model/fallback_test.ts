// Where TensorFlow's library cannot be had, the same functions run op by op.
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { generate } from "../../lib/model/generate.ts";
import { llama } from "../../lib/model/llama.ts";
import { loadModel } from "../../lib/model/load_model.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { maxDifference, readExpected, tinyFolder, valuesOf } from "./tiny_model.ts";

for (const name of ["grouped-untied", "sliding-window"] as const) {
  Deno.test(`the wasm backend gives the logits and greedy tokens of transformers: ${name}`, async () => {
    await engine.start({ backend: "wasm" });
    using model = await loadModel(tinyFolder(name));
    const { ids, logits, prompt, greedy } = await readExpected(name);
    const { config, parameters, linear } = model;
    const positions = makePositions(config, 20);
    const input = tf.tensor2d(ids, [2, 20], "int32");
    const values = tf.tidy(() => llama(input, { config, parameters, linear, positions }));
    assertLessOrEqual(maxDifference(valuesOf(values), logits), 2e-5);
    const tokens: number[] = [];
    for await (const { id } of generate(model, prompt, { tokens: 12, stop: [] })) tokens.push(id);
    assertEquals(tokens, [...greedy]);
  });
}
