import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import { MEMORY_PROBE, runScript } from "./run_script.ts";

const linux = Deno.build.os === "linux";

Deno.test("an uncaught exception ends the process with exit code 1, not by a signal", async () => {
  const { code, signal, stderr } = await runScript(`
tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync();
throw new RangeError("on purpose");`);
  assertEquals({ code, signal }, { code: 1, signal: null });
  assertStringIncludes(stderr, "RangeError: on purpose");
});

Deno.test("an error status of TensorFlow ends the process with its message and exit code 1", async () => {
  const { code, stderr } = await runScript(`tf.matMul(tf.ones([2, 3]), tf.ones([4, 2]));`);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "float32[2,3], float32[4,2]");
  assertStringIncludes(stderr, "Matrix size-incompatible");
});

Deno.test("start-up writes nothing but the program's own output", async () => {
  const { stdout, stderr } = await runScript(`console.log(tf.add(1, 1).dataSync()[0]);`);
  assertEquals({ stdout, stderr }, { stdout: "2\n", stderr: "" });
});

Deno.test({
  name: "10,000 steps, eager and compiled, leave no tensor and no memory behind",
  ignore: !linux,
  fn: async () => {
    const { stdout, stderr } = await runScript(`${MEMORY_PROBE}
// One of these tensors lost at every step would be 160 MiB in the end.
const x = tf.randomNormal([64, 64]);
const w = tf.variable(tf.randomNormal([64, 64]));
const step = (input, rate) => {
  const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(tf.tanh(tf.matMul(input, w)))), [w]);
  w.assign(tf.sub(w, tf.mul(rate, grads[w.name])));
  return value;
};
const eager = () => tf.tidy(() => { step(x, tf.scalar(1e-3)); });
const compiled = engine.compile(step);
const fast = () => compiled(x, 1e-3).dispose();
const steps = (count) => { for (let i = 0; i < count; i++) i % 2 === 0 ? eager() : fast(); };
// Allocators and V8 reach their working size within some thousand steps.
steps(6000);
gc();
const [tensors, memory] = [tf.memory().numTensors, residentMiB()];
steps(10000);
gc();
console.log(JSON.stringify({ tensors: tf.memory().numTensors - tensors, MiB: residentMiB() - memory }));
`);
    assertEquals(stderr, "");
    const { tensors, MiB } = JSON.parse(stdout);
    assertEquals(tensors, 0);
    assertLessOrEqual(MiB, 32);
  },
});

for (const backend of ["tensorflow", "pjrt"] as const) {
  Deno.test(`a compiled function on ${backend} holds its graph until it has run, and no longer`, async () => {
    const compiler = new URL("../../lib/engine/compiler.ts", import.meta.url).href;
    const { stdout, stderr } = await runScript(
      `
import { currentCompiler } from ${JSON.stringify(compiler)};
const compiler = currentCompiler();
const lower = compiler.lower.bind(compiler);
let graph;
compiler.lower = (traced, options) => {
  graph = new WeakRef(traced);
  return lower(traced, options);
};
const w = tf.variable(tf.ones([4]));
const step = engine.compile((x) => {
  w.assign(tf.add(w, x));
  return tf.sum(w);
});
const call = () => step(tf.ones([4])).dataSync()[0];
const first = call();
// What a turn of the event loop has looked at lives until its end.
await new Promise((resolve) => setTimeout(resolve));
gc();
console.log(JSON.stringify([first, call(), graph.deref() === undefined]));
`,
      { backend },
    );
    assertEquals({ stdout, stderr }, { stdout: "[8,12,true]\n", stderr: "" });
  });
}

Deno.test({
  name: "checkpoint() lowers the peak memory of a deep stack, eager and compiled",
  ignore: !linux,
  fn: async () => {
    const peak = async (mode: string, wrap: string) => {
      const { stdout, stderr } = await runScript(`${MEMORY_PROBE}
const weights = Array.from({ length: 24 }, (_, i) => tf.variable(tf.randomNormal([256, 256], 0, 0.06)));
const x = tf.randomNormal([2048, 256]);
const layer = (w) => (v) => {
  let y = tf.matMul(v, w);
  for (let k = 0; k < 6; k++) y = tf.tanh(tf.add(tf.mul(tf.sin(y), 1.1), v));
  return y;
};
const ${wrap};
const step = (input) => {
  const loss = () => tf.mean(weights.reduce((v, w) => wrap(layer(w))(v), input));
  const { value, grads } = tf.variableGrads(loss, weights);
  return [value, ...Object.values(grads)];
};
const run = ${
        mode === "compiled" ? "engine.compile(step)" : "(input) => tf.tidy(() => step(input))"
      };
[x, ...weights].forEach((tensor) => tensor.dataSync());
resetPeak();
const rest = residentMiB();
run(x)[0].dataSync();
console.log(peakMiB() - rest);
`);
      assertEquals(stderr, "");
      return Number(stdout);
    };
    for (const mode of ["eager", "compiled"]) {
      const plain = await peak(mode, "wrap = (fn) => fn");
      const saved = await peak(mode, "wrap = engine.checkpoint");
      const message = `${mode}: ${saved} MiB with checkpoint(), ${plain} MiB without`;
      assert(saved < plain / 2, message);
    }
  },
});
