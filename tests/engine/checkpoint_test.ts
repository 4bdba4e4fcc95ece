import { assert, assertEquals, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";

await engine.start({ backend: "tensorflow" });

const w = tf.variable(
  tf.randomNormal<tf.Rank.R2>([6, 6], 0, 1, "float32", 1),
  true,
  "checkpoint-w",
);
const frozen = tf.variable(tf.randomNormal([6, 6], 0, 1, "float32", 2), false);
const x = tf.randomNormal<tf.Rank.R2>([4, 6], 0, 1, "float32", 3);

function block(input: tf.Tensor2D): tf.Tensor2D {
  return tf.tanh(tf.matMul(tf.sin(tf.matMul(input, w)), frozen as tf.Tensor2D));
}

function gradients(apply: (input: tf.Tensor2D) => tf.Tensor2D): number[][] {
  const { grads } = tf.variableGrads(() => tf.sum(tf.square(apply(apply(x)))) as tf.Scalar, [w]);
  const dx = tf.grad((input) => tf.sum(apply(input as tf.Tensor2D)))(x);
  return [grads[w.name]!, dx].map((tensor) => Array.from(tensor.dataSync()));
}

Deno.test("checkpoint() changes no gradient, of arguments and of variables read from outside", () => {
  assertEquals(gradients(engine.checkpoint(block)), gradients(block));
});

Deno.test("checkpoint() changes no gradient when it is nested", () => {
  const inner = engine.checkpoint(block);
  assertEquals(
    gradients(engine.checkpoint((input: tf.Tensor2D) => inner(input))),
    gradients(block),
  );
});

Deno.test("checkpoint() changes no gradient in a compiled function", () => {
  const compiled = (apply: (input: tf.Tensor2D) => tf.Tensor2D) =>
    engine.compile((input: tf.Tensor2D) =>
      tf.variableGrads(() => tf.sum(apply(apply(input))) as tf.Scalar, [w]).grads
    )(x)[w.name]!.dataSync();
  const plain = compiled(block);
  compiled(engine.checkpoint(block)).forEach((value, i) =>
    assert(Math.abs(value - plain[i]!) <= 1e-5 * Math.abs(plain[i]!) + 1e-6)
  );
});

Deno.test("checkpoint() gives gradients to the arguments of tf.grads() that it reads", () => {
  const f = (apply: (input: tf.Tensor2D) => tf.Tensor) => (a: tf.Tensor, b: tf.Tensor) =>
    tf.sum(apply(tf.mul(a, b) as tf.Tensor2D));
  const plain = tf.grads((a, b) => f((v) => tf.mul(tf.exp(v), a))(a!, b!))([x, x]);
  const kept = tf.grads((a, b) =>
    f(engine.checkpoint((v: tf.Tensor2D) => tf.mul(tf.exp(v), a!)))(a!, b!)
  )([x, x]);
  assertEquals(
    kept.map((g) => Array.from(g.dataSync())),
    plain.map((g) => Array.from(g.dataSync())),
  );
});

Deno.test("checkpoint() names the remedy when a tensor that it read is gone", () => {
  const loss = (v: tf.Tensor2D) => {
    const inner = tf.mul(v, 2);
    const read = engine.checkpoint((u: tf.Tensor2D) => tf.mul(u, inner) as tf.Tensor2D);
    return tf.sum(read(v));
  };
  assertThrows(
    () => tf.grad((v) => loss(v as tf.Tensor2D))(x),
    TypeError,
    "pass it as an argument",
  );
  assertEquals(tf.sum(tf.ones([3])).dataSync()[0], 3);
});

Deno.test("checkpoint() takes integer arguments and gives them no gradient", () => {
  const table = tf.variable(tf.randomNormal<tf.Rank.R2>([5, 3]), true, "checkpoint-table");
  const ids = tf.tensor1d([1, 4, 1], "int32");
  const look = (i: tf.Tensor1D) => tf.square(tf.gather(table, i));
  const gradient = (apply: typeof look) =>
    Array.from(
      tf.variableGrads(() => tf.sum(apply(ids)) as tf.Scalar, [table]).grads[table.name]!
        .dataSync(),
    );
  assertEquals(gradient(engine.checkpoint(look)), gradient(look));
  table.dispose();
});

Deno.test("checkpoint() leaves no tensor behind", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    tf.variableGrads(() => tf.sum(engine.checkpoint(block)(x)) as tf.Scalar, [w]);
  });
  assertEquals(tf.memory().numTensors, before);
});
