import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { dropout } from "../../lib/model/dropout.ts";
import { stepKey } from "../../lib/model/random.ts";

const adapter = await navigator.gpu?.requestAdapter();

function drop(key: number, place: string, rate = 0.25): number[] {
  const ones = tf.ones<tf.Rank.R2>([200, 96]);
  const scalar = tf.scalar(key, "int32");
  return [...dropout({ rate, key: scalar })(ones, place).dataSync()];
}

Deno.test("dropout() drops its share, evenly over rows and columns, and keeps the mean", async () => {
  await engine.start({ backend: "tensorflow" });
  const values = drop(123456, "a");
  const share = (chosen: readonly number[]) =>
    chosen.filter((value) => value === 0).length / chosen.length;
  // Four standard deviations of the share of 19,200, of 96 and of 200 numbers.
  assertAlmostEquals(share(values), 0.25, 0.0125);
  for (const row of [0, 1, 57, 199]) {
    assertAlmostEquals(share(values.slice(96 * row, 96 * row + 96)), 0.25, 0.18);
  }
  for (const column of [0, 1, 95]) {
    assertAlmostEquals(share(values.filter((_, i) => i % 96 === column)), 0.25, 0.125);
  }
  assertEquals(new Set(values), new Set([0, Math.fround(4 / 3)]));
});

Deno.test("dropout() draws anew at another step and at another place", async () => {
  await engine.start({ backend: "tensorflow" });
  const source = { seed: 5, name: "dropout.0" };
  const [a, b] = [stepKey(source, 1), stepKey(source, 2)];
  const equal = (x: readonly number[], y: readonly number[]) =>
    x.filter((value, i) => value === y[i]).length / x.length;
  assertEquals(drop(a, "p"), drop(a, "p"));
  // Independent choices agree in 0.75² + 0.25² = 62.5 % of all cases.
  assertAlmostEquals(equal(drop(a, "p"), drop(b, "p")), 0.625, 0.014);
  assertAlmostEquals(equal(drop(a, "p"), drop(a, "q")), 0.625, 0.014);
  assertNotEquals(a, b);
});

Deno.test("dropout() makes the same choices compiled and on every backend", async () => {
  await engine.start({ backend: "tensorflow" });
  const expected = drop(987654321, "model.layers.0.mlp");
  const compiled = engine.compile((x: tf.Tensor2D, key: tf.Scalar) =>
    dropout({ rate: 0.25, key })(x, "model.layers.0.mlp")
  );
  const found = compiled(tf.ones<tf.Rank.R2>([200, 96]), tf.scalar(987654321, "int32"));
  assertEquals([...found.dataSync()], expected);
  for (const backend of ["wasm", ...(adapter ? ["webgpu" as const] : [])] as const) {
    await engine.start({ backend });
    const ones = tf.ones<tf.Rank.R2>([200, 96]);
    const key = tf.scalar(987654321, "int32");
    const values = await dropout({ rate: 0.25, key })(ones, "model.layers.0.mlp").data();
    assertEquals([...values], expected, backend);
  }
});

Deno.test("dropout() passes the gradient where it keeps a number", async () => {
  await engine.start({ backend: "tensorflow" });
  const key = tf.scalar(3, "int32");
  const x = tf.ones<tf.Rank.R2>([4, 8]);
  const apply = (input: tf.Tensor) => dropout({ rate: 0.5, key })(input as tf.Tensor2D, "g");
  const gradient = tf.grad((input) => tf.sum(apply(input)))(x);
  assertEquals([...gradient.dataSync()], [...apply(x).dataSync()]);
});

Deno.test("dropout() refuses a rate of 1", () => {
  assertThrows(
    () => dropout({ rate: 1, key: tf.scalar(0, "int32") }),
    RangeError,
    "A dropout rate must be from 0 to below 1: current value is 1",
  );
});
