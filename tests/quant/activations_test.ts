import { assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { activationCodes, quantizeActivations } from "../../lib/quant/activations.ts";
import { take, uniformValues } from "./values.ts";

await engine.start({ backend: "tensorflow" });

Deno.test("each token has its own range, over the last dimension", () => {
  const x = tf.tensor3d([[[0, 1, 3], [0, 100, 300]], [[-1, 0, 2], [5, 5, 5]]]);
  for (const zero of ["rounded", "real"] as const) {
    const y = quantizeActivations(x, { qp: 3, zero });
    assertEquals(y.shape, x.shape);
    assertEquals(take(y).slice(0, 9), [0, 1, 3, 0, 100, 300, -1, 0, 2]);
  }
});

Deno.test("with a rounded zero-point zero is exact and codes are whole, 0 to 2^b - 1", () => {
  for (const qp of [15, 255]) {
    const x = tf.tensor2d(uniformValues(qp, { count: 640, low: -0.7, high: 2 }), [20, 32]);
    const { codes, zero } = activationCodes(tf.concat([x, tf.zeros([20, 1])], 1), {
      qp,
      zero: "rounded",
    });
    assertEquals(take(tf.sub(tf.slice(codes, [0, 32], [20, 1]), zero)), Array(20).fill(0));
    const values = take(codes);
    assertEquals(values.every((code) => Number.isInteger(code) && code >= 0 && code <= qp), true);
  }
});

Deno.test("no value is more than half a step away", () => {
  const x = tf.tensor2d(uniformValues(1, { count: 640, low: -3, high: 5 }), [20, 32]);
  for (const qp of [15, 255]) {
    const options = { qp, zero: "real" } as const;
    const error = tf.abs(tf.sub(quantizeActivations(x, options), x));
    const { scale } = activationCodes(x, options);
    assertLessOrEqual(take(tf.max(tf.div(error, scale)))[0] ?? NaN, 0.5001);
  }
});

Deno.test("a token of equal values keeps them, with the smallest scale", () => {
  const x = tf.tensor2d([[0, 0, 0], [2.5, 2.5, 2.5]]);
  assertEquals(take(quantizeActivations(x, { qp: 15, zero: "real" })), [0, 0, 0, 2.5, 2.5, 2.5]);
  const rounded = take(quantizeActivations(x, { qp: 15, zero: "rounded" }));
  assertEquals(rounded.slice(0, 3), [0, 0, 0]);
});

Deno.test("one compiled function serves 4 and 8 bits", () => {
  const x = tf.tensor2d(uniformValues(2, { count: 64 }), [4, 16]);
  const quantize = engine.compile((x: tf.Tensor, qp: tf.Scalar) =>
    activationCodes(x, { qp, zero: "rounded" }).codes
  );
  for (const qp of [15, 255]) {
    const expected = take(activationCodes(x, { qp, zero: "rounded" }).codes);
    assertEquals(take(quantize(x, qp)), expected);
  }
  assertEquals(quantize.compiled.length, 1);
  quantize.dispose();
});
