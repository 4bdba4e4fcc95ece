import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { engine, tf } from "../../../mod.ts";

await engine.start({ backend: "pjrt" });

function values(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

Deno.test("a compiled function on pjrt takes numbers at every call without compiling again", () => {
  const scale = engine.compile((x: tf.Tensor1D, factor: tf.Scalar) => tf.mul(x, factor));
  const x = tf.tensor1d([1, 2]);
  assertEquals(values(scale(x, 3)), [3, 6]);
  assertEquals(values(scale(x, -0.5)), [-0.5, -1]);
  assertEquals(scale.compiled.length, 1);
  scale.dispose();
});

Deno.test("a compiled step on pjrt updates variables, gradients and state included", () => {
  const w = tf.variable(tf.tensor1d([1, -2]), true);
  const sum = tf.variable(tf.tensor1d([0, 0]), false);
  const step = engine.compile((rate: tf.Scalar) => {
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(w)) as tf.Scalar, [w]);
    const gradient = grads[w.name]!;
    sum.assign(tf.add(sum, gradient));
    w.assign(tf.sub(w, tf.mul(rate, gradient)));
    return value;
  });
  assertEquals(values(step(0.25)), [5]);
  assertEquals(values(step(0.25)), [1.25]);
  assertEquals(values(w), [0.25, -0.5]);
  assertEquals(values(sum), [3, -6]);
  tf.dispose([w, sum]);
});

Deno.test("eager ops and compiled functions on pjrt see each other's changes of a variable", () => {
  const counter = tf.variable(tf.scalar(1));
  const double = engine.compile(() => {
    counter.assign(tf.mul(counter, 2));
    return counter.clone();
  });
  assertEquals(values(double()), [2]);
  counter.assign(tf.scalar(10));
  assertEquals(values(double()), [20]);
  assertEquals(values(tf.add(counter, 1)), [21]);
  counter.dispose();
  assertThrows(() => double(), TypeError, "was disposed");
});

Deno.test("clones of a variable keep their values when its memory is donated", () => {
  const state = tf.variable(tf.tensor1d([1, 2, 3]));
  const before = tf.clone(state);
  const double = engine.compile(() => {
    state.assign(tf.mul(state, 2));
    return tf.sum(state);
  });
  double();
  const between = tf.clone(state);
  double();
  assertEquals([before, between, state].map(values), [[1, 2, 3], [2, 4, 6], [4, 8, 12]]);
});

Deno.test("a variable that is an argument, too, is not donated", () => {
  const state = tf.variable(tf.tensor1d([1, 2]));
  const add = engine.compile((x: tf.Tensor) => {
    state.assign(tf.add(state, x));
    return tf.sub(state, x);
  });
  assertEquals(values(add(state)), [1, 2]);
  assertEquals(values(add(state)), [2, 4]);
  assertEquals(values(state), [4, 8]);
});

Deno.test("variables that swap their values on pjrt do so at once", () => {
  const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
  const swap = engine.compile(() => {
    const [oldA, oldB] = [tf.mul<tf.Scalar>(a, 1), tf.mul<tf.Scalar>(b, 1)];
    a.assign(oldB);
    b.assign(oldA);
    return oldA;
  });
  swap();
  assertEquals([...values(a), ...values(b)], [2, 1]);
});

Deno.test("large tensors from outside are kept and listed, in their own types", () => {
  const large = tf.tensor2d(Float32Array.from({ length: 6000 }, (_, i) => i % 7), [3000, 2]);
  const codes = engine.cast(large, "int4");
  tf.dispose(large);
  const sum = engine.compile((x: tf.Tensor2D) =>
    tf.matMul(x, engine.cast(codes, "float32") as tf.Tensor2D, false, true) as tf.Tensor
  );
  const x = tf.tensor2d([[1, 1]]);
  assertEquals(values(sum(x))[0], 1);
  codes.dispose();
  assertEquals(values(sum(x))[1], 5);
  assertEquals(sum.compiled[0]?.captures, ["int4[3000,2]"]);
  sum.dispose();
});

Deno.test("a compiled function over hollow tensors is not run: its results are hollow", () => {
  const weights = tf.variable(engine.hollow([512, 512]) as tf.Tensor2D);
  const step = engine.compile((x: tf.Tensor2D) => {
    weights.assign(tf.mul(weights, 2));
    return tf.matMul(x, weights) as tf.Tensor;
  });
  const result = step(tf.ones([2, 512]));
  assertEquals(result.shape, [2, 512]);
  assertThrows(() => result.dataSync(), TypeError, "hollow");
  weights.dispose();
});

Deno.test("reading a value inside a compiled function on pjrt names the op and the caller", () => {
  const reads = engine.compile((x: tf.Tensor1D) => {
    tf.sum(x).dataSync();
    return x;
  });
  const error = assertThrows(() => reads(tf.ones([3])), TypeError);
  assertStringIncludes(error.message, "float32[] that Sum gives");
  assertStringIncludes(error.message, "compiler_test.ts");
});

Deno.test("checkpoint() changes no gradient on pjrt", () => {
  const fn = (x: tf.Tensor) => tf.sin(tf.mul(x, tf.exp(x))) as tf.Tensor;
  const gradient = (of: (x: tf.Tensor) => tf.Tensor) =>
    engine.compile((x: tf.Tensor) => tf.grad((y) => tf.sum(of(y)))(x));
  const x = tf.tensor1d([0.1, 0.7, -1.3]);
  const [plain, again] = [gradient(fn)(x), gradient(engine.checkpoint(fn))(x)].map(values);
  plain!.forEach((value, i) => assert(Math.abs(value - again![i]!) < 1e-6));
});

Deno.test("maxima and minima keep a NaN, on either side and in reductions", () => {
  const [left, right] = [tf.tensor1d([NaN, 1, 2]), tf.tensor1d([1, NaN, 3])];
  for (const op of [tf.maximum, tf.minimum]) {
    const [a, b, c] = values(op(left, right));
    assertEquals([a, b, Number.isFinite(c)], [NaN, NaN, true]);
    assertEquals(
      values(engine.compile((x: tf.Tensor, y: tf.Tensor) => op(x, y))(left, right))[1],
      NaN,
    );
  }
  assertEquals([tf.max(left), tf.min(right)].map((x) => values(x)[0]), [NaN, NaN]);
});

Deno.test("what a failed trace captured is released, and a host array may change after a trace", () => {
  const array = new Float32Array(3000).fill(1);
  const x = tf.tensor1d(array);
  const add = engine.compile((y: tf.Scalar) => tf.add(x, y));
  const fails = engine.compile((y: tf.Scalar): tf.Scalar => {
    tf.add(x, y);
    throw new RangeError("as it should");
  });
  assertThrows(() => fails(1), RangeError, "as it should");
  assertEquals(values(add(1))[2], 2);
  array.fill(5);
  assertEquals(values(add(1))[2], 2);
  assertEquals(values(tf.mul(x, 1))[2], 1);
});
