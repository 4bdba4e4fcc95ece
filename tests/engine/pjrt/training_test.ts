// Training on PJRT beside training on TensorFlow.
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { type BackendName, start } from "../../../lib/engine/mod.ts";
import { prepare, type PrepareOptions } from "../../../lib/methods/prepare.ts";
import { train } from "../../../lib/train/train.ts";
import { packedText } from "../../../lib/train/training_data.ts";
import { tinyModel } from "../../methods/tiny_model.ts";

const STEPS = 7;

// Both compute in float32, each in its own order: a weight between two codes may fall on either side.
const TOLERANCE = 1e-3;

const RUN = {
  data: packedText(Int32Array.from({ length: 400 }, (_, i) => (i * i) % 23), {
    name: "squares",
    seq: 8,
  }),
  steps: STEPS,
  batch: 4,
  optimizer: {
    groups: {
      weight: { learningRate: 1e-3 },
      adapter: { learningRate: 1e-3 },
      scale: { learningRate: 1e-4 },
      offset: { learningRate: 1e-4 },
    },
  },
  schedule: { kind: "constant", warmup: 0 },
  seed: 1,
} as const;

const CASES: readonly { options: PrepareOptions; recompute: "none" | "block" }[] = [
  { options: { method: "lr-qat", bits: 3, rank: 2 }, recompute: "block" },
  { options: { method: "l4q", bits: 3, rank: 2, granularity: "g16" }, recompute: "none" },
];

for (const { options, recompute } of CASES) {
  Deno.test(`${STEPS} steps of ${options.method} on pjrt have TensorFlow's losses`, async () => {
    const expected = await losses("tensorflow", options, recompute);
    const actual = await losses("pjrt", options, recompute);
    assertEquals(actual.length, STEPS);
    actual.forEach((loss, i) => {
      const other = expected[i]!;
      assertLessOrEqual(Math.abs(loss - other) / other, TOLERANCE, `step ${i}`);
    });
  });
}

async function losses(
  backend: BackendName,
  options: PrepareOptions,
  recompute: "none" | "block",
): Promise<number[]> {
  await start({ backend });
  using model = await prepare(tinyModel(), { ...options, rangeCandidates: 3 });
  const found: number[] = [];
  for await (const event of train({ ...RUN, recompute, model })) {
    if (event.kind === "step") found.push(event.loss);
  }
  return found;
}
