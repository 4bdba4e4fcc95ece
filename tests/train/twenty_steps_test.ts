import { assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { currentCompiler, setCompiler } from "../../lib/engine/compiler.ts";
import type { StepEvent } from "../../lib/train/events.ts";
import { train } from "../../lib/train/train.ts";
import { wholeModel } from "../../lib/train/whole_model.ts";
import { maxDifference } from "../model/tiny_model.ts";
import {
  LEARNING_RATES,
  OPTIMIZER,
  readTwentySteps,
  TRAINING,
  type TwentySteps,
} from "./twenty_steps.ts";

// PyTorch's own losses in float32 and float64 are 1e-7 apart here, its weights 5e-7.
const TOLERANCE = 1e-4;
const WEIGHT_TOLERANCE = 1e-5;

for (const variant of ["untied", "tied"] as const) {
  Deno.test(`20 compiled steps are PyTorch's: ${variant} embedding`, async () => {
    await engine.start({ backend: "tensorflow" });
    await assertLikeTorch(await readTwentySteps(variant));
  });

  Deno.test(`20 steps op by op are PyTorch's: ${variant} embedding`, async () => {
    await engine.start({ backend: "tensorflow" });
    const compiler = currentCompiler();
    setCompiler(undefined);
    try {
      await assertLikeTorch(await readTwentySteps(variant));
    } finally {
      setCompiler(compiler);
    }
  });
}

Deno.test("20 steps on the wasm backend are PyTorch's", async () => {
  await engine.start({ backend: "wasm" });
  await assertLikeTorch(await readTwentySteps("tied"));
});

Deno.test("20 compiled steps on the pjrt backend are PyTorch's", async () => {
  await engine.start({ backend: "pjrt" });
  await assertLikeTorch(await readTwentySteps("untied"));
});

async function assertLikeTorch(expected: TwentySteps): Promise<void> {
  const { config, initial, data, losses, gradientNorms, final } = expected;
  using model = wholeModel({ source: "PyTorch", config, parameters: initial });
  tf.dispose([...initial.values()]);
  const { steps, warmup, rows, accumulation } = TRAINING;
  const done: StepEvent[] = [];
  for await (
    const event of train({
      model,
      data,
      steps,
      batch: rows,
      accumulation,
      optimizer: OPTIMIZER,
      schedule: { kind: "linear", warmup: warmup / steps },
      seed: 0,
    })
  ) {
    if (event.kind === "step") done.push(event);
  }
  assertClose(done.map(({ loss }) => loss), losses);
  assertClose(done.map(({ gradientNorm }) => gradientNorm), gradientNorms);
  assertEquals(done.map((event) => event.learningRates.weight), LEARNING_RATES.weight);
  assertEquals(done.map((event) => event.learningRates.gain), LEARNING_RATES.gain);
  for (const { name, variable } of model.trainables) {
    const difference = maxDifference(variable.dataSync<"float32">(), final.get(name) ?? []);
    assertLessOrEqual(difference, WEIGHT_TOLERANCE, name);
  }
}

function assertClose(values: readonly number[], expected: readonly number[]): void {
  const relative = values.map((value, i) => (value - expected[i]!) / expected[i]!);
  assertLessOrEqual(maxDifference(relative, expected.map(() => 0)), TOLERANCE);
}
