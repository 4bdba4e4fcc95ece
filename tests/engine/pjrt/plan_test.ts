import { assert, assertEquals, assertRejects } from "@std/assert";
import { engine, tf } from "../../../mod.ts";

await engine.start({ backend: "tensorflow" });

const D = 512;

// Three products and a step with two moments for each weight.
function makeStep(make: (shape: number[], dtype?: engine.DType) => tf.Tensor) {
  const slots = [0, 1, 2].map(() => ({
    weight: tf.variable(make([D, D]), true),
    first: tf.variable(make([D, D]), false),
    second: tf.variable(make([D, D]), false),
  }));
  const codes = make([D, D], "int8");
  const step = engine.compile((x: tf.Tensor2D, rate: tf.Scalar) => {
    const loss = () => {
      const last = slots.reduce<tf.Tensor>((h, { weight }) => tf.matMul(h, weight), x);
      return tf.mean(tf.square(tf.matMul(last, engine.cast(codes, "float32")))) as tf.Scalar;
    };
    const { value, grads } = tf.variableGrads(loss, slots.map(({ weight }) => weight));
    for (const { weight, first, second } of slots) {
      const gradient = grads[weight.name]!;
      const m = tf.add(tf.mul(first, 0.9), tf.mul(gradient, 0.1));
      const v = tf.add(tf.mul(second, 0.99), tf.mul(tf.square(gradient), 0.01));
      weight.assign(tf.sub(weight, tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), 1e-8)))));
      first.assign(m);
      second.assign(v);
    }
    return value;
  });
  const dispose = () => {
    step.dispose();
    tf.dispose([codes, ...slots.flatMap((slot) => Object.values(slot))]);
  };
  return { step, slots, dispose };
}

const STATE_BYTES = 9 * 4 * D * D;
const args = [{ shape: [16, D] }, 0.01] as const;

Deno.test("plan() counts arguments, captures and state of a hollow step", async () => {
  const plan = await engine.withPlanner(() => engine.plan(makeStep(engine.hollow).step, args));
  const inputBytes = STATE_BYTES + D * D + 4 * 16 * D + 4;
  assertEquals(plan.inputs.reduce((sum, { bytes }) => sum + bytes, 0), inputBytes);
  assertEquals(plan.argumentBytes, inputBytes);
  assertEquals(plan.aliasBytes, STATE_BYTES);
  assertEquals(
    plan.totalBytes,
    plan.argumentBytes + plan.outputBytes + plan.temporaryBytes - plan.aliasBytes,
  );
  const kinds = plan.inputs.map(({ kind }) => kind);
  assertEquals(kinds, ["argument", "argument", "capture", ...Array(9).fill("state")]);
});

Deno.test("without donation a plan grows by the size of the state", async () => {
  await engine.withPlanner(async () => {
    const moments = [0, 1, 2].map(() => tf.variable(engine.hollow([D, D])));
    const step = (gradient: tf.Tensor) => {
      for (const moment of moments) {
        moment.assign(tf.add(tf.mul(moment, 0.9), tf.mul(gradient, 0.1)));
      }
      return tf.sum(gradient) as tf.Tensor;
    };
    const [donated, kept] = [
      await engine.plan(step, [{ shape: [D, D] }]),
      await engine.plan(step, [{ shape: [D, D] }], { donate: false }),
    ];
    assertEquals(kept.aliasBytes, 0);
    assertEquals(kept.totalBytes - donated.totalBytes, moments.length * 4 * D * D);
  });
});

Deno.test("plan() of a real step touches neither its tensors nor the backend", async () => {
  const real = makeStep((shape, dtype) =>
    tf.tidy(() => engine.cast(tf.fill(shape, 0.02), dtype ?? "float32"))
  );
  const hollow = await engine.withPlanner(() => engine.plan(makeStep(engine.hollow).step, args));
  const before = tf.memory();
  const plan = await engine.plan(real.step, args);
  assertEquals(plan.totalBytes, hollow.totalBytes);
  assertEquals(plan.inputs[2]?.dtype, "int8");
  assertEquals(tf.getBackend(), "tensorflow");
  assertEquals(tf.memory().numTensors, before.numTensors);
  assertEquals(tf.memory().numDataBuffers, before.numDataBuffers);
  assertEquals(real.slots[0]?.weight.dataSync()[3], Math.fround(0.02));
  const [loss] = real.step(tf.ones([16, D]), 0.01).dataSync();
  assert(Number.isFinite(loss));
  real.dispose();
});

Deno.test("bfloat16 is planned as two bytes, and 4-bit codes as half a byte", async () => {
  const plan = await engine.withPlanner(() => {
    const [weights, codes] = [engine.hollow([D, D], "bfloat16"), engine.hollow([D, D], "int4")];
    return engine.plan(
      (x: tf.Tensor) =>
        tf.matMul(x, tf.add(weights, engine.cast(codes, "bfloat16")), false, true) as tf.Tensor,
      [{ shape: [16, D], dtype: "bfloat16" }],
    );
  });
  const bytes = plan.inputs.map(({ dtype, bytes }) => [dtype, bytes]);
  assertEquals(bytes[0], ["float16", 2 * 16 * D]);
  assertEquals(new Set(bytes.slice(1).map(([, count]) => count)), new Set([2 * D * D, D * D / 2]));
  assertEquals(plan.outputBytes, 2 * 16 * D);
});

Deno.test("a plan does not hold what a checkpointed function computes again", async () => {
  const deep = (x: tf.Tensor) => {
    for (let i = 0; i < 8; i++) x = tf.sin(tf.matMul(x, x));
    return x;
  };
  const gradient = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
    tf.grad((y) => tf.sum(fn(fn(fn(y)))))(x);
  const x = { shape: [D, D] };
  const kept = await engine.plan(gradient(deep), [x]);
  const again = await engine.plan(gradient(engine.checkpoint(deep)), [x]);
  // Of 24 squares, those of one third and what the other two start from.
  assert(again.temporaryBytes < 0.6 * kept.temporaryBytes);
});

Deno.test("what a plan cannot trace is an error, and the backend is as it was", async () => {
  const reads = (x: tf.Tensor) => tf.mul(x, tf.sum(x).dataSync()[0]!) as tf.Tensor;
  await assertRejects(() => engine.plan(reads, [{ shape: [3] }]), TypeError, "Sum gives");
  assertEquals(tf.getBackend(), "tensorflow");
  assertEquals([...tf.add(1, 2).dataSync()], [3]);
});

Deno.test("plan() stops where its signal says so", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const square = (x: tf.Tensor) => tf.square(x) as tf.Tensor;
  await assertRejects(() => engine.plan(square, [{ shape: [3] }], { signal }), Error, "enough");
  assertEquals(tf.getBackend(), "tensorflow");
});
