import { assertEquals } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { lsqGradient } from "../../lib/quant/lsq_gradient.ts";
import { countClampedScales, positiveScale } from "../../lib/quant/positive_scale.ts";
import { take } from "./values.ts";

await engine.start({ backend: "tensorflow" });

Deno.test("positiveScale() holds scales at the floor and passes their gradients", () => {
  const s = tf.tensor2d([[0.5], [0], [-3], [0.25]]);
  assertEquals(take(positiveScale(s, 0.25)), [0.5, 0.25, 0.25, 0.25]);
  const ds = tf.grad((s: tf.Tensor) => positiveScale(s, 0.25))(
    s,
    tf.tensor2d([1, 2, 3, 4], [4, 1]),
  );
  assertEquals(take(ds), [1, 2, 3, 4]);
});

Deno.test("a scale below zero comes back when its gradient says so", () => {
  const s = tf.variable(tf.tensor1d([-0.1]));
  for (let i = 0; i < 10; i++) {
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.square(tf.sub(positiveScale(s), 0.5))) as tf.Scalar,
      [s],
    );
    s.assign(tf.sub(s, tf.mul(0.2, grads[s.name] as tf.Tensor)) as tf.Tensor1D);
  }
  assertEquals(take(tf.greater(s, 0.4)), [1]);
});

Deno.test("countClampedScales() counts what lies below the floor, not on it", () => {
  assertEquals(take(countClampedScales(tf.tensor1d([0.5, 0.25, 0, -1]), 0.25)), [2]);
});

Deno.test("lsqGradient() divides the gradient by sqrt(N Qp) and leaves the value", () => {
  const s = tf.tensor1d([3, 5]);
  assertEquals(take(lsqGradient(s, { count: 28, qp: 7 })), [3, 5]);
  const ds = take(tf.grad((s: tf.Tensor) => lsqGradient(s, { count: 28, qp: 7 }))(s));
  assertEquals(ds.map((x) => Math.abs(x - 1 / 14) < 1e-7), [true, true]);
});
