import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { engine, tf, wholeModel } from "../../mod.ts";
import { TrainStep } from "../../lib/train/step.ts";
import { bitsOf, TINY_OPTIMIZER, tinyData, tinyTrainee } from "./tiny_trainee.ts";

await engine.start({ backend: "tensorflow" });

const data = tinyData();
const batch = (index: number) => [data.at({ index, batch: 4, seed: 1 })];

function losses(step: TrainStep, count = 4): number[] {
  return Array.from(
    { length: count },
    (_, i) => step.run(batch(i), { step: i, factor: 1 }).loss,
  );
}

Deno.test("TrainStep compiles once for all steps of a run", () => {
  using model = tinyTrainee();
  using step = new TrainStep(model, { seq: 16, optimizer: TINY_OPTIMIZER });
  const start = performance.now();
  losses(step, 1);
  const first = performance.now() - start;
  const rest = performance.now();
  losses(step, 20);
  assertLessOrEqual((performance.now() - rest) / 20, first / 5);
});

Deno.test("TrainStep has the same losses compiled on TensorFlow and op by op on WebAssembly", async () => {
  using model = tinyTrainee();
  using step = new TrainStep(model, { seq: 16, optimizer: TINY_OPTIMIZER, dropout: 0.1 });
  const expected = losses(step);
  await engine.start({ backend: "wasm" });
  using other = tinyTrainee();
  using eager = new TrainStep(other, { seq: 16, optimizer: TINY_OPTIMIZER, dropout: 0.1 });
  losses(eager).forEach((loss, i) => assertLessOrEqual(Math.abs(loss - expected[i]!), 1e-5 * loss));
  await engine.start({ backend: "tensorflow" });
});

Deno.test("TrainStep.restart() begins another run with the bits of a new step", () => {
  const start = tinyTrainee();
  const copy = (tensor: tf.Tensor) => tf.neg(tf.neg(tensor));
  const initial = start.trainables.map(({ variable }) => copy(variable));
  using step = new TrainStep(start, { seq: 16, optimizer: TINY_OPTIMIZER });
  losses(step, 3);
  const first = bitsOf(start);
  start.trainables.forEach(({ variable }, i) => variable.assign(copy(initial[i]!)));
  step.restart({ optimizer: TINY_OPTIMIZER, seed: 0 });
  losses(step, 3);
  assertEquals(bitsOf(start), first);
  tf.dispose(initial);
});

Deno.test("TrainStep.restart() refuses constants that are compiled in", () => {
  using model = tinyTrainee();
  using step = new TrainStep(model, { seq: 16, optimizer: TINY_OPTIMIZER });
  assertThrows(
    () => step.restart({ optimizer: { ...TINY_OPTIMIZER, beta2: 0.999 } }),
    RangeError,
    "another 'beta2': it was compiled with 0.95, current value is 0.999",
  );
});

Deno.test("TrainStep trains each role with its own rate; a rate of 0 leaves its tensors as they are", () => {
  using model = tinyTrainee();
  const groups = { weight: { learningRate: 0 }, gain: { learningRate: 1e-2 } };
  using step = new TrainStep(model, { seq: 16, optimizer: { groups } });
  const before = model.trainables.map(({ variable }) => [...variable.dataSync()]);
  losses(step, 2);
  model.trainables.forEach(({ role, variable }, i) => {
    const after = [...variable.dataSync()];
    if (role === "weight") assertEquals(after, before[i]);
    else assertNotEquals(after, before[i]);
  });
});

Deno.test("TrainStep multiplies in bfloat16 with float32 masters where it is asked to", () => {
  using float = tinyTrainee();
  using half = wholeModel({ source: "tiny", ...tinyTrainee() }, { compute: "bfloat16" });
  using exact = new TrainStep(float, { seq: 16, optimizer: TINY_OPTIMIZER });
  using rounded = new TrainStep(half, { seq: 16, optimizer: TINY_OPTIMIZER });
  const [a, b] = [losses(exact, 1)[0]!, losses(rounded, 1)[0]!];
  assert(a !== b);
  // Products of 16 terms with 8 significant bits each.
  assertLessOrEqual(Math.abs(a - b), 0.01 * a);
  assertEquals(engine.dtypeOf(half.trainables[0]!.variable), "float32");
});

Deno.test("TrainStep can hold its moments in bfloat16; what it computes with them is float32", () => {
  using exactModel = tinyTrainee();
  using shortModel = tinyTrainee();
  using exact = new TrainStep(exactModel, { seq: 16, optimizer: TINY_OPTIMIZER });
  using short = new TrainStep(shortModel, {
    seq: 16,
    optimizer: { ...TINY_OPTIMIZER, moments: "bfloat16" },
  });
  const [a, b] = [losses(exact, 6), losses(short, 6)];
  assertEquals(a[0], b[0]);
  assert(a[5] !== b[5]);
  assertLessOrEqual(Math.abs(a[5]! - b[5]!), 0.02 * a[5]!);
  for (const { name, variable } of short.state) {
    assertEquals(
      engine.dtypeOf(variable),
      name.startsWith("parameter/") ? "float32" : "bfloat16",
    );
  }
});
