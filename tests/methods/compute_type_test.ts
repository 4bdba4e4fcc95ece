import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { dtypeOf, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { mergeModel } from "../../lib/methods/merge.ts";
import { prepare } from "../../lib/methods/prepare.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { llama } from "../../lib/model/llama.ts";
import { makePositions } from "../../lib/model/positions.ts";
import type { ComputeType } from "../../lib/model/compute_type.ts";
import { TrainStep } from "../../lib/train/step.ts";
import { TINY_CONFIG, tinyModel } from "./tiny_model.ts";

await start({ backend: "tensorflow" });

const GROUPS = { weight: 1e-3, adapter: 1e-3, scale: 1e-4, offset: 1e-4, gain: 1e-3 };

function tinyPrepared(method: typeof METHODS[number], compute: ComputeType) {
  const granularity = method.name === "qlora" ? "g64" : "g16";
  const rank = method.limits.adapter === "none" ? {} : { rank: 2 };
  return prepare(tinyModel(), {
    method: method.name,
    compute,
    granularity,
    rangeCandidates: 4,
    ...rank,
  });
}

function firstLoss(prepared: Awaited<ReturnType<typeof tinyPrepared>>): number {
  const groups = Object.fromEntries(
    Object.entries(GROUPS).map(([role, learningRate]) => [role, { learningRate }]),
  );
  using step = new TrainStep(prepared, { seq: 8, optimizer: { groups } });
  const batch = {
    tokensBT: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    weights: new Float32Array(7).fill(1),
    batch: 1,
  };
  return step.run([batch], { step: 0, factor: 1 }).loss;
}

for (const method of METHODS.filter(({ name }) => name !== "rtn")) {
  Deno.test(`${method.name} trains with bfloat16 activations and float32 masters`, async () => {
    using exact = await tinyPrepared(method, "float32");
    using rounded = await tinyPrepared(method, "bfloat16");
    const [a, b] = [firstLoss(exact), firstLoss(rounded)];
    assert(a !== b);
    assertLessOrEqual(Math.abs(a - b), 0.02 * a);
    for (const { variable } of rounded.trainables) assertEquals(dtypeOf(variable), "float32");
    const held = rounded.parameters.get("model.embed_tokens.weight") as tf.Tensor;
    assertEquals(dtypeOf(held), "bfloat16");
  });
}

Deno.test("a model trained with bfloat16 activations is merged to the bit", async () => {
  using prepared = await prepare(tinyModel(), {
    method: "lr-qat",
    compute: "bfloat16",
    rank: 2,
    rangeCandidates: 4,
  });
  firstLoss(prepared);
  const idsBT = tf.tensor2d([[1, 2, 3, 4]], [1, 4], "int32");
  const positions = makePositions(TINY_CONFIG, 4);
  using merged = mergeModel(prepared, { mode: "eager" });
  const before = llama(idsBT, { ...prepared, positions });
  const after = llama(idsBT, { ...merged, linear: merged.linear, positions });
  assertEquals(after.dataSync(), before.dataSync());
  assertEquals(dtypeOf(after), "float32");
});

for (const name of ["lsq", "float"] as const) {
  Deno.test(`${name} can train a weight that is held in bfloat16`, async () => {
    const rank = name === "lsq" ? { granularity: "g16" } : {};
    using prepared = await prepare(tinyModel(), {
      method: name,
      weightStorage: "bfloat16",
      rangeCandidates: 4,
      ...rank,
    });
    const weight = prepared.trainables.find(({ role }) => role === "weight");
    const before = weight?.variable.dataSync().slice();
    firstLoss(prepared);
    assertEquals(dtypeOf(weight!.variable), "bfloat16");
    assert(weight?.variable.dataSync().some((value, i) => value !== before?.[i]));
    for (const { role, variable } of prepared.trainables) {
      if (role !== "weight") assertEquals(dtypeOf(variable), "float32");
    }
  });
}
