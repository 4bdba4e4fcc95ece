import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { tf } from "../../mod.ts";
import { perplexity } from "../../lib/eval/perplexity.ts";
import { llama } from "../../lib/model/llama.ts";
import type { LlamaModel } from "../../lib/model/load_model.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { loadTiny, valuesOf } from "../model/tiny_model.ts";

const TEXT = "once upon a time there was a cat. the cat sat, and sat; it had 9 lives!\n".repeat(2);

/** The losses of a row of tokens after the first, from the logits, in double precision. */
function lossesOf(model: LlamaModel, row: readonly number[]): number[] {
  const { config, parameters, linear } = model;
  const positions = makePositions(config, row.length);
  const ids = tf.tensor2d([...row], [1, row.length], "int32");
  const logits = valuesOf(tf.tidy(() => llama(ids, { config, parameters, linear, positions })));
  const V = config.vocabSize;
  return row.slice(1).map((target, t) => {
    const scores = Array.from(logits.subarray(t * V, (t + 1) * V));
    const sum = scores.reduce((before, score) => before + Math.exp(score), 0);
    return Math.log(sum) - (scores[target] ?? NaN);
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

Deno.test("perplexity() follows the papers: blocks on their own, first tokens and the rest left out", async () => {
  using model = await loadTiny("grouped-untied");
  const ids = [...model.tokenizer.encode(TEXT)];
  const result = await perplexity(model, TEXT, { seq: 16 });
  const blocks = Math.floor(ids.length / 16);
  const losses = Array.from(
    { length: blocks },
    (_, i) => lossesOf(model, ids.slice(16 * i, 16 * i + 16)),
  );
  assertAlmostEquals(result.meanLoss, mean(losses.flat()), 1e-5);
  assertAlmostEquals(result.perplexity, Math.exp(mean(losses.flat())), 1e-4);
  losses.forEach((row, i) => assertAlmostEquals(result.blockLosses[i] ?? NaN, mean(row), 1e-5));
  assertEquals([result.blocks, result.tokens], [blocks, blocks * 15]);
  assertEquals(result.protocol, {
    text: "text",
    separator: "\n\n",
    seq: 16,
    stride: 16,
    bos: "none",
    blocks: "all",
    loss: "float32",
    mean: "token",
  });
});

Deno.test("perplexity() with a stride scores each token once, with more before it", async () => {
  using model = await loadTiny("grouped-untied");
  const ids = [...model.tokenizer.encode(TEXT)];
  const result = await perplexity(model, TEXT, { seq: 16, stride: 6, blocks: 3 });
  const losses = [
    ...lossesOf(model, ids.slice(0, 16)),
    ...lossesOf(model, ids.slice(6, 22)).slice(9),
    ...lossesOf(model, ids.slice(12, 28)).slice(9),
  ];
  assertEquals([result.blocks, result.tokens, losses.length], [3, 27, 27]);
  assertAlmostEquals(result.meanLoss, mean(losses), 1e-5);
  assertEquals(result.protocol.stride, 6);
});

Deno.test("perplexity() puts BOS in front of each block, or once in front of the text", async () => {
  using model = await loadTiny("grouped-untied");
  const ids = [...model.tokenizer.encode(TEXT)];
  const each = await perplexity(model, TEXT, { seq: 16, bos: "blocks", blocks: 2 });
  const losses = [
    ...lossesOf(model, [0, ...ids.slice(0, 15)]),
    ...lossesOf(model, [0, ...ids.slice(15, 30)]),
  ];
  assertAlmostEquals(each.meanLoss, mean(losses), 1e-5);
  assertEquals([each.tokens, each.protocol.bos, each.protocol.stride], [30, "blocks", 15]);
  const once = await perplexity(model, TEXT, { seq: 16, bos: "text", blocks: 1 });
  assertAlmostEquals(once.meanLoss, mean(lossesOf(model, [0, ...ids.slice(0, 15)])), 1e-5);
});

Deno.test("perplexity() per word and byte counts the scored text", async () => {
  using model = await loadTiny("grouped-untied");
  // The first token, "o", is not scored, so its word does not begin in what is.
  const { meanLoss, words, bytes, wordPerplexity, bytePerplexity } = await perplexity(
    model,
    TEXT,
    { seq: 16, blocks: 1 },
  );
  assertEquals([words, bytes], [3, 15]);
  assertAlmostEquals(wordPerplexity, Math.exp(meanLoss * 15 / 3), 1e-4 * wordPerplexity);
  assertAlmostEquals(bytePerplexity, Math.exp(meanLoss), 1e-9);
});

Deno.test("perplexity() joins documents by blank lines and tells its progress", async () => {
  using model = await loadTiny("grouped-untied");
  const source = {
    name: "two",
    async *documents() {
      yield "a cat";
      yield "a dog that ran";
    },
  };
  const seen: string[] = [];
  const joined = await perplexity(model, "a cat\n\na dog that ran", { seq: 8 });
  const result = await perplexity(model, source, {
    seq: 8,
    onProgress: ({ done, total, unit }) => seen.push(`${done}/${total} ${unit}`),
  });
  assertEquals(result.meanLoss, joined.meanLoss);
  assertEquals(result.protocol.text, "two");
  assertEquals(seen, ["1/2 blocks", "2/2 blocks"]);
});

Deno.test("perplexity() measures what a method puts in place of the linear layers", async () => {
  using model = await loadTiny("grouped-untied");
  const plain = await perplexity(model, TEXT, { seq: 16, blocks: 1 });
  const linear: typeof model.linear = (name, x) => tf.mul(model.linear(name, x), 1.1);
  const other = await perplexity({ ...model, linear }, TEXT, { seq: 16, blocks: 1 });
  assertEquals(Math.abs(plain.meanLoss - other.meanLoss) > 1e-3, true);
});

Deno.test("perplexity() frees all that it made", async () => {
  using model = await loadTiny("grouped-untied");
  const before = tf.memory().numTensors;
  await perplexity(model, TEXT, { seq: 16 });
  assertEquals(tf.memory().numTensors, before);
});

for (
  const [what, text, options, words] of [
    ["an empty text", " \n", { seq: 16 }, "it is empty"],
    ["a text shorter than one block", "a cat", { seq: 16 }, "the text has 5"],
    ["blocks over the model's limit", TEXT, { seq: 65 }, "1 to 64 tokens, the model's limit"],
    ["a stride over the block", TEXT, { seq: 16, stride: 17 }, "'stride'"],
    ["blocks of one token", TEXT, { seq: 1 }, "'block'"],
  ] as const
) {
  Deno.test(`perplexity() refuses ${what}`, async () => {
    using model = await loadTiny("grouped-untied");
    const { message } = await assertRejects(() => perplexity(model, text, options), RangeError);
    assertStringIncludes(message, words);
  });
}
