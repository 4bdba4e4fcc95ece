import { assert, assertEquals } from "@std/assert";
import { compile, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import type { LinearWeight } from "../../lib/methods/linear_weight.ts";
import { mergeModel } from "../../lib/methods/merge.ts";
import { prepare, type PrepareOptions } from "../../lib/methods/prepare.ts";
import { type ComputingModel, computingParts } from "../../lib/model/forward_pass.ts";
import { llama } from "../../lib/model/llama.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { train } from "../../lib/train/train.ts";
import { packedText } from "../../lib/train/training_data.ts";
import { TINY_CONFIG, tinyModel } from "./tiny_model.ts";

await start({ backend: "tensorflow" });

const STEPS = 4;
const DATA = packedText(Int32Array.from({ length: 400 }, (_, i) => (i * i) % 23), {
  name: "squares",
  seq: 8,
});

// Every method that is trained and merges exactly.
const TRAINED: readonly PrepareOptions[] = [
  { method: "lsq", bits: 3 },
  { method: "peqa", bits: 3, granularity: "g16" },
  { method: "lr-qat", bits: "3-8-8", rank: 2 },
  { method: "l4q", bits: 3, rank: 2, granularity: "g16" },
];

for (const options of TRAINED) {
  Deno.test(`${options.method} has the same logits after ${STEPS} training steps and merged`, async () => {
    using prepared = await prepare(tinyModel(), { ...options, rangeCandidates: 3 });
    using untrained = mergeModel(prepared);
    const before = codesOf(untrained.weights);
    const losses: number[] = [];
    for await (const event of train({ ...RUN, model: prepared })) {
      if (event.kind === "step") losses.push(event.loss);
    }
    assertEquals(losses.length, STEPS);
    assert((losses.at(-1) ?? Infinity) < (losses[0] ?? 0), `${losses}`);
    using merged = mergeModel(prepared);
    assertEquals(logitsOf(merged), logitsOf(prepared));
    const codes = codesOf(merged.weights);
    const changed = codes.filter((code, i) => code !== before[i]).length;
    assertEquals(changed > 0, options.method !== "peqa", `${changed} codes changed`);
  });
}

const RUN = {
  data: DATA,
  steps: STEPS,
  batch: 4,
  optimizer: {
    groups: {
      weight: { learningRate: 1e-2 },
      adapter: { learningRate: 1e-2 },
      scale: { learningRate: 1e-3 },
      offset: { learningRate: 1e-3 },
    },
  },
  schedule: { kind: "constant", warmup: 0 },
  seed: 1,
} as const;

function logitsOf(model: ComputingModel): Float32Array {
  const positions = makePositions(TINY_CONFIG, DATA.seq);
  const forward = compile((idsBT: tf.Tensor2D) =>
    llama(idsBT, { ...computingParts(model), positions })
  );
  const { tokensBT } = DATA.at({ index: 0, batch: 4, seed: 1 });
  const idsBT = tf.tensor2d(tokensBT, [4, DATA.seq], "int32");
  const logits = forward(idsBT).dataSync() as Float32Array;
  forward.dispose();
  return logits;
}

function codesOf(weights: ReadonlyMap<string, LinearWeight>): number[] {
  return [...weights.values()].flatMap((weight) =>
    weight.kind === "codes" ? [...weight.codesOI.dataSync()] : []
  );
}
