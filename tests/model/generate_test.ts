import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { generate, type GeneratedToken, type GenerateOptions } from "../../lib/model/generate.ts";
import type { LlamaModel } from "../../lib/model/load_model.ts";
import { loadTiny, readExpected, TINY_MODELS } from "./tiny_model.ts";

async function collect(
  model: LlamaModel,
  prompt: string | ArrayLike<number>,
  options: GenerateOptions,
): Promise<GeneratedToken[]> {
  const all: GeneratedToken[] = [];
  for await (const token of generate(model, prompt, options)) all.push(token);
  return all;
}

for (const name of TINY_MODELS) {
  Deno.test(`generate() gives the greedy tokens of transformers: ${name}`, async () => {
    using model = await loadTiny(name);
    const { prompt, greedy } = await readExpected(name);
    const tokens = await collect(model, prompt, { tokens: 12, stop: [] });
    assertEquals(tokens.map(({ id }) => id), [...greedy]);
    assertEquals(tokens.map(({ text }) => text).join(""), model.tokenizer.decode(greedy));
  });
}

Deno.test("generate() gives the same tokens with the compiled step", async () => {
  using model = await loadTiny("grouped-untied");
  const options = { temperature: 1, topK: 20, topP: 0.95, seed: 5, stop: [] };
  // Longer texts compile the step.
  const [long, short] = await Promise.all([
    collect(model, "once", { ...options, tokens: 40 }),
    collect(model, "once", { ...options, tokens: 20 }),
  ]);
  assertEquals(long.slice(0, 19), short.slice(0, 19));
  assertEquals(await collect(model, "once", { ...options, tokens: 40 }), long);
  const other = await collect(model, "once", { ...options, tokens: 20, seed: 6 });
  assert(`${other.map(({ id }) => id)}` !== `${short.map(({ id }) => id)}`);
});

Deno.test("generate() ends before a stop token", async () => {
  using model = await loadTiny("grouped-untied");
  const { prompt, greedy } = await readExpected("grouped-untied");
  const stop = greedy[4] ?? -1;
  const first = greedy.indexOf(stop);
  const tokens = await collect(model, prompt, { tokens: 12, stop: [stop] });
  assertEquals(tokens.map(({ id }) => id), [...greedy.subarray(0, first)]);
});

Deno.test("generate() begins an empty prompt with BOS", async () => {
  using model = await loadTiny("grouped-untied");
  const options = { tokens: 3, stop: [] };
  assertEquals(await collect(model, "", options), await collect(model, [0], options));
});

Deno.test("generate() refuses more tokens than the model has positions", async () => {
  using model = await loadTiny("grouped-untied");
  const { message } = await assertRejects(() => collect(model, "once", { tokens: 61 }), RangeError);
  assertStringIncludes(message, "the model's limit: current value is 65");
});

Deno.test("generate() refuses a number of tokens that is no positive integer", async () => {
  using model = await loadTiny("grouped-untied");
  for (const tokens of [0, 1.5]) {
    const { message } = await assertRejects(() => collect(model, "a", { tokens }), RangeError);
    assertEquals(message, `'tokens' must be an integer from 1: current value is ${tokens}`);
  }
});

Deno.test("generate() stops when it is told to", async () => {
  using model = await loadTiny("grouped-untied");
  const controller = new AbortController();
  const seen: number[] = [];
  const run = async () => {
    for await (
      const { id } of generate(model, "a", { stop: [], signal: controller.signal, tokens: 20 })
    ) {
      seen.push(id);
      if (seen.length === 3) controller.abort(new Error("enough"));
    }
  };
  assertEquals((await assertRejects(run, Error)).message, "enough");
  assertEquals(seen.length, 3);
});
