import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { engine, tf } from "../../../mod.ts";

await engine.start({ backend: "pjrt" });

function values(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

Deno.test("eager ops on pjrt give values, with operands from the host and from the device", () => {
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  assertEquals(values(tf.matMul(x, x)), [7, 10, 15, 22]);
  assertEquals(values(tf.transpose(tf.mul(x, 2))), [2, 6, 4, 8]);
  assertEquals(values(tf.sum(tf.concat([x, x], 1), 1)), [6, 14]);
});

Deno.test("eager ops keep types that only the engine knows", () => {
  const x = tf.tensor1d([-8, 3, 7]);
  for (const dtype of ["int4", "int8", "bfloat16", "float16"] as const) {
    const cast = engine.cast(x, dtype);
    assertEquals(engine.dtypeOf(cast), dtype);
    assertEquals(values(cast), [-8, 3, 7]);
  }
  const sum = tf.add(engine.cast(x, "bfloat16"), engine.cast(x, "bfloat16"));
  assertEquals(engine.dtypeOf(sum), "bfloat16");
  assertEquals(values(sum), [-16, 6, 14]);
});

Deno.test("a host array that changes after a tensor was made of it does not change the tensor", () => {
  for (const length of [3, 3000]) {
    const array = new Float32Array(length).fill(1);
    const x = tf.tensor1d(array);
    const first = tf.mul(x, 2);
    array.fill(5);
    assertEquals(values(first)[2], 2);
    assertEquals(values(tf.mul(x, 3))[2], 3);
  }
});

Deno.test("eager operands that do not fit are an error that names op, shapes and caller", () => {
  const error = assertThrows(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 2])), RangeError);
  assertMatch(error.message, /MatMul\(float32\[2,3\], float32\[4,2\]\).*binding_test\.ts/);
});

Deno.test("an op whose shape depends on data is an error that says so", () => {
  const error = assertThrows(() => tf.unique(tf.tensor1d([1, 1])), TypeError);
  assertStringIncludes(error.message, "depends on data");
});

Deno.test("an op on a hollow tensor gives hollow tensors, whose reading is an error", () => {
  const weights = engine.hollow([4096, 4096], "bfloat16");
  const product = tf.matMul(tf.ones([3, 4096]), weights, false, true);
  assertEquals(product.shape, [3, 4096]);
  assertEquals(engine.dtypeOf(tf.relu(weights)), "bfloat16");
  const error = assertThrows(() => product.dataSync(), TypeError);
  assertMatch(error.message, /hollow float32\[3,4096\].*binding_test\.ts/);
});

Deno.test("tensors that are disposed leave nothing behind", () => {
  const before = tf.memory();
  tf.tidy(() => tf.sum(tf.mul(tf.ones([300, 300]), tf.scalar(2))).dataSync());
  assertEquals(tf.memory().numTensors, before.numTensors);
  assertEquals(tf.memory().numDataBuffers, before.numDataBuffers);
});
