import { assert, assertEquals, assertRejects } from "@std/assert";
import { engine, tf } from "../../../mod.ts";

Deno.test("start() on pjrt says plugin, version and devices, and auto never takes it", async () => {
  assertEquals(engine.BACKENDS.at(-1), "pjrt");
  const status = await engine.start({ backend: "pjrt" });
  assertEquals(status.backend, { value: "pjrt", reason: "asked for" });
  assertEquals(tf.getBackend(), "pjrt");
  assert(status.plugin?.path.endsWith(".so"));
  assert(status.devices.length > 0 && status.version);
  const auto = await engine.start();
  assert(auto.backend.value !== "pjrt");
});

Deno.test("the engine moves from pjrt to tensorflow and back, values with it", async () => {
  await engine.start({ backend: "pjrt" });
  const x = tf.tensor1d(Float32Array.from({ length: 1000 }, (_, i) => i));
  const onPjrt = tf.mul(x, 2);
  await engine.start({ backend: "tensorflow" });
  assertEquals(tf.add(onPjrt, 1).dataSync()[999], 1999);
  await engine.start({ backend: "pjrt" });
  assertEquals(tf.add(onPjrt, 2).dataSync()[999], 2000);
});

Deno.test("a compiled function of a backend that was replaced is an error", async () => {
  await engine.start({ backend: "pjrt" });
  const square = engine.compile((x: tf.Tensor) => tf.square(x) as tf.Tensor);
  assertEquals([...square(tf.scalar(3)).dataSync()], [9]);
  await engine.start({ backend: "tensorflow" });
  await assertRejects(
    () => Promise.resolve().then(() => square(tf.scalar(3))),
    TypeError,
    "was replaced",
  );
});
