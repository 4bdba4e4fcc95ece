import { assert, assertEquals } from "@std/assert";
import { engine, tf } from "../../../mod.ts";

await engine.start({ backend: "pjrt" });

// Another program each time: one in the cache would not be compiled.
const UNLIKE = Math.random();

// Long enough to compile that timers would be late if nothing else ran.
function deep(x: tf.Tensor): tf.Tensor {
  for (let i = 0; i < 60; i++) {
    x = tf.sin(tf.add(tf.matMul(x, x), tf.mul(tf.softmax(x), UNLIKE)));
  }
  return x;
}

Deno.test("ready() compiles while timers go on, and the call after it gives what one without it does", async () => {
  const compiled = engine.compile(deep);
  const x = tf.fill([64, 64], 0.01);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const start = performance.now();
  await compiled.ready(x);
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  assert(ticks > 3, `${ticks} ticks in ${seconds} s`);
  const [first] = compiled(x).dataSync();
  assertEquals(compiled.compiled.length, 1);
  const again = engine.compile(deep);
  assertEquals(again(x).dataSync()[0], first);
  tf.dispose(x);
  compiled.dispose();
  again.dispose();
});

Deno.test("a function that is disposed while it is made ready can be called again", async () => {
  const compiled = engine.compile((x: tf.Tensor) => tf.square(x) as tf.Tensor);
  const x = tf.ones([3]);
  const waiting = compiled.ready(x);
  compiled.dispose();
  await waiting;
  assertEquals([...compiled(x).dataSync()], [1, 1, 1]);
  compiled.dispose();
  x.dispose();
});
