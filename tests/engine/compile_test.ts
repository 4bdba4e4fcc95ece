import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";

await engine.start({ backend: "tensorflow" });

function values(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

Deno.test("compile() gives the values of the function itself, in both modes", () => {
  const fn = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.tanh(tf.matMul(x, y, false, true));
  const [x, y] = [tf.randomNormal<tf.Rank.R2>([5, 7]), tf.randomNormal<tf.Rank.R2>([3, 7])];
  const expected = values(fn(x, y));
  for (const mode of ["xla", "graph"] as const) {
    const compiled = engine.compile(fn, { mode });
    const actual = values(compiled(x, y));
    actual.forEach((value, i) => assert(Math.abs(value - expected[i]!) < 1e-6));
    compiled.dispose();
  }
});

Deno.test("compiled maxima and minima keep a NaN, in reductions too", () => {
  const row = tf.tensor2d([1, NaN, 3], [1, 3]);
  for (const fn of [tf.max, tf.min]) {
    const reduced = engine.compile((x: tf.Tensor) => fn(x, 1));
    assertEquals(values(reduced(row)), [NaN]);
    reduced.dispose();
  }
});

Deno.test("compile() keeps the form of the result: tensor, array or record", () => {
  const x = tf.tensor1d([1, 2]);
  const array = engine.compile((v: tf.Tensor1D) => [tf.neg(v), tf.square(v)])(x);
  const record = engine.compile((v: tf.Tensor1D) => ({ half: tf.div(v, 2), v }))(x);
  assertEquals(array.map(values), [[-1, -2], [1, 4]]);
  assertEquals(Object.keys(record), ["half", "v"]);
  assertEquals(values(record.half), [0.5, 1]);
  assertEquals(values(record.v), [1, 2]);
});

Deno.test("a compiled function reads numbers at every call without compiling again", () => {
  const scale = engine.compile((x: tf.Tensor1D, factor: tf.Scalar) => tf.mul(x, factor));
  const x = tf.tensor1d([1, 2]);
  assertEquals(values(scale(x, 3)), [3, 6]);
  assertEquals(values(scale(x, -0.5)), [-0.5, -1]);
  assertEquals(scale.compiled.length, 1);
});

Deno.test("a compiled function compiles again for new shapes and types", () => {
  const double = engine.compile((x: tf.Tensor) => tf.mul(x, 2));
  double(tf.zeros([2]));
  double(tf.zeros([3]));
  double(engine.cast(tf.zeros([3]), "bfloat16"));
  const signatures = double.compiled.map(({ signature }) => signature);
  assertEquals(signatures, ["float32[2]", "float32[3]", "bfloat16[3]"]);
});

Deno.test("a compiled function updates variables in place, a whole optimizer step included", () => {
  const w = tf.variable(tf.tensor1d([1, -2]), true, "compiled-step-w");
  const step = engine.compile((rate: tf.Scalar) => {
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(w)) as tf.Scalar, [w]);
    w.assign(tf.sub(w, tf.mul(rate, grads[w.name]!)));
    return value;
  });
  assertEquals(values(step(0.25)), [5]);
  assertEquals(values(w), [0.5, -1]);
  assertEquals(values(step(0.25)), [1.25]);
  assertEquals(values(w), [0.25, -0.5]);
  assertEquals(step.compiled[0]?.variables, ["compiled-step-w"]);
  w.dispose();
});

Deno.test("eager ops and compiled functions see each other's changes of a variable", () => {
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

Deno.test("a variable that is only written takes the new value", () => {
  const state = tf.variable(tf.tensor1d([1, 2, 3]));
  const copy = engine.compile((x: tf.Tensor1D) => {
    const before = tf.mul(state, 1);
    state.assign(x);
    return before;
  });
  assertEquals(values(copy(tf.tensor1d([7, 8, 9]))), [1, 2, 3]);
  assertEquals(values(state), [7, 8, 9]);
  state.dispose();
});

Deno.test("variables that swap their values do so at once", () => {
  const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
  const swap = engine.compile(() => {
    const [oldA, oldB] = [tf.mul<tf.Scalar>(a, 1), tf.mul<tf.Scalar>(b, 1)];
    a.assign(oldB);
    b.assign(oldA);
    return oldA;
  });
  swap();
  assertEquals([...values(a), ...values(b)], [2, 1]);
  tf.dispose([a, b]);
});

Deno.test("small tensors from outside become constants, large ones are kept and listed", () => {
  const small = tf.tensor1d([1, 2]);
  const large = tf.tensor2d(Float32Array.from({ length: 600 }, (_, i) => i), [300, 2]);
  const sum = engine.compile((x: tf.Tensor2D) =>
    tf.add(tf.matMul(x, large, false, true), tf.sum(small))
  );
  const x = tf.tensor2d([[1, 1]]);
  assertEquals(values(sum(x))[0], 4);
  tf.dispose([small, large]);
  assertEquals(values(sum(x))[299], 1200);
  assertEquals(sum.compiled[0]?.captures, ["float32[300,2]"]);
  sum.dispose();
});

Deno.test("a compiled function inside another becomes a part of it", () => {
  const inner = engine.compile((x: tf.Tensor1D) => tf.square(x));
  const outer = engine.compile((x: tf.Tensor1D) => tf.add(inner(x), 1));
  assertEquals(values(outer(tf.tensor1d([3]))), [10]);
  assertEquals(inner.compiled.length, 0);
});

Deno.test("compile() gives gradients of what it traces", () => {
  const gradient = engine.compile((x: tf.Tensor1D) => tf.grad((v) => tf.sum(tf.pow(v, 3)))(x));
  const actual = values(gradient(tf.tensor1d([1, 2])));
  actual.forEach((value, i) => assert(Math.abs(value - [3, 12][i]!) < 1e-5));
});

Deno.test("reading a value inside a compiled function is an error that names the op and the caller", () => {
  const reads = engine.compile((x: tf.Tensor1D) => {
    tf.sum(x).dataSync();
    return x;
  });
  const error = assertThrows(() => reads(tf.ones([3])), TypeError);
  assertStringIncludes(error.message, "float32[] that Sum gives");
  assertStringIncludes(error.message, "compile_test.ts");
});

Deno.test("a shape that depends on data is an error that names the op", () => {
  const unique = engine.compile((x: tf.Tensor1D) => tf.unique(x).values);
  const error = assertThrows(() => unique(tf.ones([3])), TypeError);
  assertMatch(error.message, /UniqueV2.*depends on data/);
});

Deno.test("inputs that do not fit are an error that names op, shapes and caller", () => {
  const product = engine.compile((x: tf.Tensor2D) => tf.matMul(x, tf.ones([4, 2])) as tf.Tensor);
  const error = assertThrows(() => product(tf.ones([2, 3])), RangeError);
  assertMatch(error.message, /MatMul\(float32\[2,3\], float32\[4,2\]\).*compile_test\.ts/);
});

Deno.test("eager inputs that do not fit are an error that names op, shapes and caller", () => {
  const error = assertThrows(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 2])));
  assertMatch(error.message, /MatMul\(float32\[2,3\], float32\[4,2\]\).*compile_test\.ts/);
  assertEquals(values(tf.add(tf.scalar(1), tf.scalar(1))), [2]);
});

Deno.test("assigning another element type is an error that names the variable and the caller", () => {
  const held = tf.variable(tf.zeros([2]), true, "held");
  const step = engine.compile(() => {
    held.assign(engine.cast(tf.add(held, 1), "bfloat16") as tf.Tensor1D);
    return tf.sum(held);
  });
  const { message } = assertThrows(() => step(), TypeError);
  assertStringIncludes(message, "Cannot assign bfloat16 to the variable 'held', which is float32");
  assertStringIncludes(message, "compile_test.ts");
  held.dispose();
});

Deno.test("making a variable inside a compiled function is an error, and none is left", () => {
  const registered = () => Object.keys(tf.engine().registeredVariables).length;
  const count = registered();
  const makes = engine.compile((x: tf.Tensor1D) => tf.variable(x, true, "made-inside").mul(2));
  assertThrows(() => makes(tf.ones([3])), TypeError, "'made-inside'");
  assertEquals(registered(), count);
});

Deno.test("an error in the function leaves variables, tensors and the engine as they were", () => {
  const w = tf.variable(tf.tensor1d([1, 2]));
  const x = tf.ones([2]);
  const before = tf.memory().numTensors;
  const fails = engine.compile((v: tf.Tensor1D) => {
    w.assign(tf.add(w, v));
    throw new RangeError("on purpose");
  });
  assertThrows(() => fails(x as tf.Tensor1D), RangeError, "on purpose");
  assertEquals(tf.memory().numTensors, before);
  assertEquals(values(w), [1, 2]);
  assertEquals(values(tf.add(x, 1)), [2, 2]);
  w.dispose();
});

Deno.test("a tensor that left a trace is an error that says so", () => {
  let leaked: tf.Tensor | undefined;
  const leaks = engine.compile((x: tf.Tensor1D) => {
    leaked = tf.keep(tf.square(x));
    return x;
  });
  leaks(tf.ones([2]));
  assertThrows(() => leaked?.dataSync(), TypeError, "made inside a compiled function");
});

Deno.test("compile() refuses a name that TensorFlow could not have", () => {
  assertThrows(() => engine.compile((x: tf.Tensor) => x, { name: "a b" }), RangeError, "'a b'");
});

Deno.test("a compiled function that returns no tensor is an error", () => {
  const wrong = engine.compile((x: tf.Tensor) => [x, 3 as unknown as tf.Tensor]);
  assertThrows(() => wrong(tf.ones([1])), TypeError, "must return a tensor");
});

Deno.test("values of the host that a compiled function used first can be used outside of it", () => {
  const fresh = tf.tensor1d([1, 2, 3]);
  const sum = engine.compile((x: tf.Tensor1D) => tf.add(x, fresh));
  assertEquals(values(sum(tf.tensor1d([1, 1, 1]))), [2, 3, 4]);
  assertEquals(values(tf.mul(fresh, 2)), [2, 4, 6]);
});

Deno.test("large tensors of one value that a function makes are filled, not kept", () => {
  const sum = engine.compile((x: tf.Tensor1D) => tf.add(tf.sum(tf.ones([300, 300])), x));
  assertEquals(values(sum(tf.tensor1d([1]))), [90001]);
  assertEquals(sum.compiled[0]?.captures, []);
});

Deno.test("a clone of a variable keeps its values when a compiled function updates the variable", () => {
  const state = tf.variable(tf.tensor1d([1, 2, 3]));
  const before = tf.clone(state);
  const double = engine.compile(() => {
    state.assign(tf.mul(state, 2));
    return tf.sum(state);
  });
  double();
  const between = tf.clone(state);
  double();
  assertEquals([...before.dataSync()], [1, 2, 3]);
  assertEquals([...between.dataSync()], [2, 4, 6]);
  assertEquals([...state.dataSync()], [4, 8, 12]);
});

Deno.test("two variables of the same values stay two in a compiled function", () => {
  const first = tf.variable(tf.tensor1d([1, 2]));
  const second = tf.variable(tf.tensor1d([0, 0]));
  second.assign(first);
  const step = engine.compile(() => {
    first.assign(tf.add(first, 1));
    return tf.sum(second);
  });
  step();
  step();
  assertEquals([...first.dataSync()], [3, 4]);
  assertEquals([...second.dataSync()], [1, 2]);
});
