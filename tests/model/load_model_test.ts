import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { engine, tf } from "../../mod.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { loadModel } from "../../lib/model/load_model.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { llama } from "../../lib/model/llama.ts";
import { writeTinyGguf } from "./tiny_gguf.ts";
import { maxDifference, readExpected, tinyFolder, valuesOf } from "./tiny_model.ts";

await engine.start({ backend: "tensorflow" });

const FOLDER = tinyFolder("grouped-untied");

async function withCopy(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    for await (const { name } of Deno.readDir(FOLDER)) {
      await Deno.copyFile(join(FOLDER, name), join(folder, name));
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function changeConfig(folder: string, changes: Record<string, unknown>): Promise<void> {
  const path = join(folder, "config.json");
  const config = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...config, ...changes }));
}

Deno.test("loadModel() loads a folder with configuration, tokenizer and weights", async () => {
  const before = tf.memory().numTensors;
  const phases: string[] = [];
  const model = await loadModel(FOLDER, {
    onProgress: ({ phase, done, total }) => phases.push(`${phase} ${done}/${total}`),
  });
  assertEquals(model.config.keyValueHeads, 2);
  assertEquals(model.parameters.get("lm_head.weight")?.shape, [51, 16]);
  assertEquals(model.tokenizer.decode(model.tokenizer.encode("once, a cat")), "once, a cat");
  assertEquals(phases.at(-1), "load 21/21");
  assertEquals(tf.memory().numTensors, before + 21);
  model.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("loadModel() loads a GGUF file of the same weights with the same logits", async () => {
  const path = await Deno.makeTempFile({ prefix: "qatlab-", suffix: ".gguf" });
  try {
    await writeTinyGguf(path, FOLDER);
    using model = await loadModel(path);
    const { ids, logits } = await readExpected("grouped-untied");
    const { config, parameters, linear } = model;
    const positions = makePositions(config, 20);
    const input = tf.tensor2d(ids, [2, 20], "int32");
    const values = tf.tidy(() => llama(input, { config, parameters, linear, positions }));
    assertEquals(maxDifference(valuesOf(values), logits) <= 2e-5, true);
    assertEquals(model.tokenizer.decode([...model.tokenizer.encode("a cat")]), "a cat");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("loadModel() finds models that are known by a short name", async () => {
  const named = new Map([["tiny", () => Promise.resolve(FOLDER)]]);
  using model = await loadModel("tiny", { named });
  assertEquals([model.source, model.config.layers], ["tiny", 2]);
});

Deno.test("loadModel() offers the nearest name for an unknown one", async () => {
  const { message } = await assertRejects(() => loadModel("smolm2-135m"), RangeError);
  assertStringIncludes(message, 'did you mean "smollm2-135m"?');
});

Deno.test("loadModel() asks the hub for owner/name", async () => {
  await assertRejects(
    () => loadModel("owner/name", { hub: { offline: true, cache: join(FOLDER, "none") } }),
    Deno.errors.NotFound,
  );
});

Deno.test("loadModel() refuses a folder whose configuration does not match its tensors", async () => {
  await withCopy(async (folder) => {
    await changeConfig(folder, { intermediate_size: 25, tie_word_embeddings: true });
    const error = await assertRejects(() => loadModel(folder), FileFormatError);
    assertStringIncludes(
      error.message,
      '"model.layers.0.mlp.gate_proj.weight" [24,16] and not [25,16]',
    );
  });
});

Deno.test("loadModel() says which file of a folder is missing", async () => {
  for (const name of ["config.json", "tokenizer.json", "model.safetensors"]) {
    await withCopy(async (folder) => {
      await Deno.remove(join(folder, name));
      const { message } = await assertRejects(() => loadModel(folder), Deno.errors.NotFound);
      assertStringIncludes(message, name);
    });
  }
});

Deno.test("loadModel() frees what it has loaded when it is stopped", async () => {
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  const loading = loadModel(FOLDER, {
    signal: controller.signal,
    onProgress: ({ done }) => done === 5 && controller.abort(new Error("enough")),
  });
  assertEquals((await assertRejects(() => loading, Error)).message, "enough");
  assertEquals(tf.memory().numTensors, before);
});
