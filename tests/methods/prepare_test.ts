import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { Tokenizer } from "../../lib/data/tokenizer.ts";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { perplexity } from "../../lib/eval/perplexity.ts";
import { configurationHash } from "../../lib/io/config_hash.ts";
import { mergeModel } from "../../lib/methods/merge.ts";
import { prepare, type PrepareOptions } from "../../lib/methods/prepare.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { llama } from "../../lib/model/llama.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { TINY_CONFIG, tinyModel } from "./tiny_model.ts";

await start({ backend: "tensorflow" });

const Q_PROJ = "model.layers.0.self_attn.q_proj";
const QUICK = { rangeCandidates: 2 } as const;

for (const method of METHODS) {
  Deno.test(`prepare() puts ${method.name} in the place of all seven linear layers`, async () => {
    const model = tinyModel();
    const options = method.limits.granularities.includes("channel")
      ? { granularity: method.name === "qlora" ? "g64" : "g16" }
      : {};
    const rank = method.limits.adapter === "none" ? {} : { rank: 2 };
    using prepared = await prepare(model, { method: method.name, ...QUICK, ...options, ...rank });
    assertEquals(prepared.records.length, 7);
    assertEquals(model.parameters.get(`${Q_PROJ}.weight`)?.isDisposed, true);
    assertEquals(prepared.parameters.has(`${Q_PROJ}.bias`), true);
    const idsBT = tf.tensor2d([[1, 2, 3, 4]], [1, 4], "int32");
    const positions = makePositions(TINY_CONFIG, 4);
    const before = llama(idsBT, { ...prepared, positions });
    using merged = mergeModel(prepared, { mode: "eager" });
    const after = llama(idsBT, { ...merged, linear: merged.linear, positions });
    if (method.merging !== "rounded") assertEquals(after.dataSync(), before.dataSync());
    else {
      const apart = tf.max(tf.abs(tf.sub(after, before))).dataSync()[0] ?? Infinity;
      assertEquals(apart < 1e-4, true, `logits are ${apart} apart`);
    }
    tf.dispose([...prepared.parameters.values()]);
  });
}

const REFUSED: readonly (readonly [string, PrepareOptions, string])[] = [
  ["bits below 2", { method: "rtn", bits: 1 }, "current value is 1"],
  ["bits above 8", { method: "lsq", bits: 9 }, "current value is 9"],
  ["no rank where an adapter is needed", { method: "l4q", rank: 0 }, "'rank' is 0"],
  ["a rank for a method without adapter", { method: "peqa", rank: 4 }, "'rank' is 4"],
  ["a rank above a layer's sizes", { method: "lr-qat", rank: 33 }, "at most 32"],
  ["a group that does not divide", { method: "rtn", granularity: "g24" }, Q_PROJ],
  ["a granularity of another method", { method: "qlora", granularity: "channel" }, "channel"],
  ["an unknown method", { method: "lrqat" }, "'lr-qat'"],
  ["an unknown setting", { method: "rtn", bit: 4 } as PrepareOptions, "'bits'"],
];

for (const [what, options, expected] of REFUSED) {
  Deno.test(`prepare() refuses ${what}`, async () => {
    const model = tinyModel();
    const rank = options.method === "lr-qat" && !options.rank ? { rank: 2 } : {};
    await assertRejects(
      () => prepare(model, { ...QUICK, ...rank, ...options }),
      RangeError,
      expected,
    );
    tf.dispose([...model.parameters.values()]);
  });
}

Deno.test("prepare() refuses a weight that is not a number, and names layer and place", async () => {
  const model = tinyModel();
  const name = `${Q_PROJ}.weight`;
  const weight = model.parameters.get(name) as tf.Tensor;
  const values = weight.dataSync();
  values[33] = NaN;
  const parameters = new Map(model.parameters).set(name, tf.tensor(values, weight.shape));
  await assertRejects(
    () => prepare({ ...model, parameters }, { method: "rtn", ...QUICK }),
    RangeError,
    Q_PROJ,
  );
});

Deno.test("prepare() gives a row of zeros the smallest scale and counts it", async () => {
  const model = tinyModel();
  const name = `${Q_PROJ}.weight`;
  const weight = model.parameters.get(name) as tf.Tensor;
  const values = weight.dataSync();
  values.fill(0, 0, 32);
  const parameters = new Map(model.parameters).set(name, tf.tensor(values, weight.shape));
  using prepared = await prepare({ ...model, parameters }, { method: "peqa", ...QUICK });
  assertEquals(prepared.records[0]?.zeroGroups, 1);
  const scale = prepared.states.get(Q_PROJ)?.tensors.get("s")?.variable.dataSync();
  assertEquals(scale?.[0], 2 ** -14);
});

Deno.test("prepare() tells the model's source in its identity, so that a run resumes on no other", async () => {
  using one = await prepare(tinyModel(), { method: "rtn", ...QUICK });
  using other = await prepare({ ...tinyModel(), source: "other" }, { method: "rtn", ...QUICK });
  assertNotEquals(configurationHash(one.identity), configurationHash(other.identity));
});

Deno.test("perplexity() scores prepared and merged models with the model's tokenizer", async () => {
  const model = { ...tinyModel(), tokenizer: lettersTokenizer() };
  using prepared = await prepare(model, { method: "rtn", ...QUICK });
  using merged = mergeModel(prepared);
  const text = "a text of letters that both can read";
  const scored = await perplexity(prepared, text, { seq: 8 });
  assertEquals((await perplexity(merged, text, { seq: 8 })).blockLosses, scored.blockLosses);
});

/** Each letter is a token of the tiny vocabulary. */
function lettersTokenizer(): Tokenizer {
  const idOf = (letter: string) => letter.charCodeAt(0) % TINY_CONFIG.vocabSize;
  return {
    encode: (text: string) => Int32Array.from(text, idOf),
    decodeStream: () => ({ push: () => "x", end: () => "" }),
  } as unknown as Tokenizer;
}
