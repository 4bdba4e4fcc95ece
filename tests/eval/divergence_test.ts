import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { mergeModel, prepare, tf } from "../../mod.ts";
import { divergence } from "../../lib/eval/divergence.ts";
import { sameTops, tokenDivergences } from "../../lib/eval/token_divergences.ts";
import { llama } from "../../lib/model/llama.ts";
import type { LlamaModel } from "../../lib/model/load_model.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { loadTiny } from "../model/tiny_model.ts";

const TEXT = "once upon a time there was a cat, and it sat on a mat. ";
const model = await loadTiny("grouped-untied");
const prepared = await prepare(model, { method: "rtn", bits: 3, floatWeights: "keep" });
const merged = mergeModel(prepared);
const before = tf.memory().numTensors;
const FOUND = await divergence(merged, model, TEXT, { seq: 16 });
const LEAKED = tf.memory().numTensors - before;

/** `Σ p (log p - log q)` of a row, in double precision. */
function direct(own: readonly number[], reference: readonly number[]): number {
  const logs = (row: readonly number[]) => {
    const sum = Math.log(row.reduce((total, value) => total + Math.exp(value), 0));
    return row.map((value) => value - sum);
  };
  const [q, p] = [logs(own), logs(reference)];
  return p.reduce((sum, logP, i) => sum + Math.exp(logP) * (logP - q[i]!), 0);
}

Deno.test("tokenDivergences() and sameTops() follow their formulas, row by row", () => {
  const own = [[1, 2, 0.5], [0, 0, 3], [5, -5, 0]];
  const reference = [[2, 1, 0.5], [0, 0, 3], [4, -5, 1]];
  const [a, b] = [tf.tensor2d(own), tf.tensor2d(reference)];
  const found = tokenDivergences(a, b).dataSync();
  for (const [i, row] of own.entries()) {
    assertAlmostEquals(found[i] ?? NaN, direct(row, reference[i]!), 1e-6);
  }
  assertEquals(found[1], 0);
  assertEquals([...sameTops(a, b).dataSync()], [0, 1, 1]);
});

Deno.test("divergence() compares all predictions of a text's blocks", () => {
  const ids = model.tokenizer.encode(TEXT);
  assertEquals([FOUND.blocks, FOUND.tokens, LEAKED], [3, 45, 0]);
  const rowsOf = (
    { config, parameters, linear }: Pick<LlamaModel, "config" | "parameters" | "linear">,
  ) =>
    tf.tidy(() => {
      const positions = makePositions(config, 16);
      const block = tf.tensor2d(ids.subarray(0, 16), [1, 16], "int32");
      const logits = llama(block, { config, parameters, linear, positions });
      return (tf.squeeze(logits, [0]) as tf.Tensor2D).arraySync().slice(0, 15);
    });
  const [own, reference] = [rowsOf(merged), rowsOf(model)];
  const expected = own.map((row, i) => direct(row, reference[i]!));
  const mean = expected.reduce((sum, value) => sum + value, 0) / 15;
  assertAlmostEquals(FOUND.blockDivergences[0] ?? NaN, mean, 1e-5);
  assert(FOUND.meanDivergence > 0 && (FOUND.error ?? 0) > 0);
  assert(FOUND.sameTop > 0 && FOUND.sameTop < 1, `${FOUND.sameTop}`);
});

Deno.test("divergence() of a model from itself is nothing", async () => {
  const { meanDivergence, sameTop, error } = await divergence(model, model, TEXT, {
    seq: 16,
    blocks: 1,
  });
  assertEquals([meanDivergence, sameTop, error], [0, 1, null]);
});

Deno.test("divergence() refuses models that cannot be compared", async () => {
  const other = { ...model, config: { ...model.config, vocabSize: 50 } };
  await assertRejects(
    () => divergence(model, other, TEXT, { seq: 16 }),
    RangeError,
    "the model has 51 tokens, the reference 50",
  );
  const short = { ...model, config: { ...model.config, maxPositions: 8 } };
  await assertRejects(
    () => divergence(model, short, TEXT, { seq: 16 }),
    RangeError,
    "The reference sees at most 8 tokens: 'seq' is 16",
  );
});
