import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";

Deno.test("start() refuses a backend that it does not know, and names those that it does", async () => {
  const backend = "cuda" as engine.BackendName;
  await assertRejects(
    () => engine.start({ backend }),
    RangeError,
    "choose auto, tensorflow, webgpu, wasm",
  );
});

Deno.test("start() refuses a number of threads that is no positive integer", async () => {
  await assertRejects(() => engine.start({ threads: 0 }), RangeError, "current value is 0");
});

Deno.test("ops before start() are an error and no slow surprise", () => {
  assertEquals(tf.engine().backendName ?? undefined, undefined);
  assertThrows(() => tf.add(1, 1), Error, "backend");
});

Deno.test("start() gives each choice with its reason, and may be called again", async () => {
  const first = await engine.start({ backend: "tensorflow" });
  assertEquals(first.backend, { value: "tensorflow", reason: "asked for" });
  assert(first.version?.startsWith("2."));
  assert(first.devices.some(({ type }) => type === "CPU"));
  const again = await engine.start();
  assertEquals(again.backend.value, "tensorflow");
  assertEquals(again.refused, []);
});

Deno.test("start() tells the threads that are used, not those that come too late", async () => {
  const { threads } = await engine.start({ backend: "tensorflow" });
  const later = await engine.start({ backend: "tensorflow", threads: threads.value + 1 });
  assertEquals(later.threads, {
    value: threads.value,
    reason: "fixed when the library was loaded",
  });
});

Deno.test("the engine moves to another backend and back", async () => {
  await engine.start({ backend: "wasm" });
  const double = engine.compile((x: tf.Tensor) => tf.mul(x, 2));
  assertEquals(Array.from(double(tf.tensor1d([1, 2])).dataSync()), [2, 4]);
  assertEquals(double.compiled, []);
  await engine.start({ backend: "tensorflow" });
  assertEquals(Array.from(double(tf.tensor1d([1, 2])).dataSync()), [2, 4]);
  assertEquals(double.compiled.length, 1);
});

Deno.test("probeDTypes() finds what the backend can do by doing it", async () => {
  await engine.start({ backend: "tensorflow" });
  const support = engine.probeDTypes();
  assertEquals(support.get("float32")?.value, "computes");
  assertEquals(support.get("bfloat16")?.value, "computes");
  assertEquals(support.get("int8")?.value, "holds");
});
