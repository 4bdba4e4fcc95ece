import { assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { attend } from "../../lib/model/attention.ts";
import { causalMask } from "../../lib/model/causal_mask.ts";
import { maxDifference, valuesOf } from "./tiny_model.ts";

await engine.start({ backend: "tensorflow" });

function heads(count: number, { length, seed }: { length: number; seed: number }): tf.Tensor4D {
  return tf.randomNormal([1, count, length, 4], 0, 1, "float32", seed);
}

/** Each query by itself, in double precision. */
function plainAttention(
  { q, k, v }: Record<"q" | "k" | "v", Float32Array>,
  { length, window }: { length: number; window: number },
): number[] {
  const row = (x: Float32Array, head: number, t: number) => {
    const at = (head * length + t) * 4;
    return [...x.subarray(at, at + 4)];
  };
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
  return Array.from({ length: 4 * length }, (_, index) => {
    const [head, t] = [Math.floor(index / length), index % length];
    const shared = Math.floor(head / 2);
    const first = Math.max(0, t - window + 1);
    const seen = Array.from({ length: t - first + 1 }, (_, i) => first + i);
    const weights = seen.map((s) => Math.exp(dot(row(q, head, t), row(k, shared, s)) / 2));
    const total = weights.reduce((sum, weight) => sum + weight);
    return [0, 1, 2, 3].map((p) =>
      dot(weights, seen.map((s) => row(v, shared, s)[p] ?? NaN)) / total
    );
  }).flat();
}

for (const [length, window] of [[5, 5], [300, 300], [513, 40]] as const) {
  Deno.test(`attend() over ${length} tokens with a window of ${window} is the formula's value`, () => {
    const [q, k, v] = [
      heads(4, { length, seed: 1 }),
      heads(2, { length, seed: 2 }),
      heads(2, { length, seed: 3 }),
    ] as const;
    const mask = causalMask(tf.range(0, length, 1, "int32"), { keys: length, window });
    const mixed = tf.tidy(() => attend({ q, k, v }, mask));
    assertEquals(mixed.shape, [1, 4, length, 4]);
    const [qs, ks, vs] = [q, k, v].map(valuesOf);
    const none = new Float32Array();
    const values = { q: qs ?? none, k: ks ?? none, v: vs ?? none };
    assertLessOrEqual(
      maxDifference(valuesOf(mixed), plainAttention(values, { length, window })),
      1e-5,
    );
  });
}

Deno.test("attend() in pieces has the gradients of attention over the whole sequence", () => {
  const length = 300;
  const given = [4, 2, 2].map((count, i) => heads(count, { length, seed: 4 + i }));
  const [q, k, v] = given as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const mask = causalMask(tf.range(0, length, 1, "int32"), { keys: length, window: length });
  const weights = tf.randomNormal([1, 4, length, 4], 0, 1, "float32", 9);
  const shared = (x: tf.Tensor) => tf.reshape(tf.stack([x, x], 2), [1, 4, length, 4]);
  const whole = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) => {
    const scores = tf.mul(tf.matMul(q, shared(k), false, true), 0.5);
    return tf.matMul(tf.softmax(tf.add(scores, mask)), shared(v));
  };
  const gradients = (mix: (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) => tf.Tensor) =>
    tf.grads((q, k, v) => tf.sum(tf.mul(mix(q!, k!, v!), weights)))([q, k, v]).map(valuesOf);
  const found = gradients((q, k, v) =>
    attend({ q: q as tf.Tensor4D, k: k as tf.Tensor4D, v: v as tf.Tensor4D }, mask)
  );
  const expected = gradients(whole);
  for (const [i, values] of expected.entries()) {
    assertLessOrEqual(maxDifference(found[i]!, [...values]), 1e-5);
  }
});
