import { assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import {
  affineCodes,
  fakeQuantizeAffine,
  fakeQuantizeOffset,
  offsetCodes,
} from "../../lib/quant/fake_quantize.ts";
import { multiplyGroups } from "../../lib/quant/granularity.ts";
import { signedGrid, unsignedGrid } from "../../lib/quant/grid.ts";
import { take, uniformValues } from "./values.ts";

await engine.start({ backend: "tensorflow" });

const GRID = signedGrid(3);

function weights(seed: number, shape: [number, number]): tf.Tensor2D {
  return tf.tensor2d(uniformValues(seed, { count: shape[0] * shape[1] }), shape);
}

function gradients(fn: (...args: tf.Tensor[]) => tf.Tensor, args: tf.Tensor[], dy: tf.Tensor) {
  return tf.grads(fn)(args, dy).map(take);
}

Deno.test("symmetric: a clipped weight gives its code to the scale's gradient, an inner one its residue", () => {
  // x / s = 1.25 (inside), 9 (above), -4.5 (rounds to -4, inside), -20 (below); all exact.
  const x = tf.tensor2d([[0.625, 4.5, -2.25, -10]]);
  const s = tf.tensor2d([[0.5]]);
  const dy = tf.tensor2d([[1, 2, 4, 8]]);
  const quantize = (x: tf.Tensor, s: tf.Tensor) => fakeQuantizeAffine(x, s, GRID);
  assertEquals(take(quantize(x, s)), [0.5, 1.5, -2, -2]);
  const [dx, ds] = gradients((x, s) => quantize(x as tf.Tensor, s as tf.Tensor), [x, s], dy);
  assertEquals(dx, [1, 0, 4, 0]);
  assertEquals(ds, [1 * (1 - 1.25) + 2 * 3 + 4 * (-4 + 4.5) + 8 * -4]);
});

Deno.test("symmetric: in the clipped region the scale's gradient is the true derivative", () => {
  const x = tf.tensor2d([[50, -50, 70]]);
  const loss = (s: number) =>
    take(tf.sum(fakeQuantizeAffine(x, tf.tensor2d([[s]]), GRID)))[0] ?? NaN;
  const [, ds = []] = gradients(
    (x, s) => fakeQuantizeAffine(x as tf.Tensor, s as tf.Tensor, GRID),
    [x, tf.tensor2d([[0.5]])],
    tf.ones([1, 3]),
  );
  assertEquals(ds, [(loss(0.75) - loss(0.25)) / 0.5]);
});

Deno.test("affine: the zero-point moves the grid, and zero stays exact", () => {
  const x = tf.tensor2d([[0, 0.5, -1, 9]]);
  const zero = tf.tensor2d([[2]]);
  const s = tf.tensor2d([[0.5]]);
  assertEquals(take(affineCodes(x, s, { ...unsignedGrid(2), zero })), [2, 3, 0, 3]);
  assertEquals(take(fakeQuantizeAffine(x, s, { ...unsignedGrid(2), zero })), [0, 0.5, -1, 0.5]);
});

Deno.test("offset: a weight half a step above the grid is outside, and only those move the offset", () => {
  const x = tf.tensor2d([[1 + 0.5 * 3.25, 1 + 0.5 * 3, 1 - 0.5 * 9]]);
  const learned = [tf.tensor2d([[0.5]]), tf.tensor2d([[1]])];
  const quantize = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    fakeQuantizeOffset(x, { scale, offset }, GRID);
  const [dx, ds, db] = gradients(
    (x, s, b) => quantize(x as tf.Tensor, s as tf.Tensor, b as tf.Tensor),
    [x, ...learned],
    tf.tensor2d([[1, 2, 4]]),
  );
  assertEquals(dx, [0, 2, 0]);
  assertEquals(ds, [1 * 3 + 0 + 4 * -4]);
  assertEquals(db, [1 + 4]);
});

Deno.test("offset: nothing clipped leaves exactly no gradient, eager and compiled", () => {
  const x = weights(3, [16, 64]);
  const [scale, offset] = [tf.fill([16, 2], 0.3), tf.fill([16, 2], 0.01)];
  const db = (scale: tf.Tensor, offset: tf.Tensor) =>
    tf.grad((offset: tf.Tensor) => fakeQuantizeOffset(x, { scale, offset }, signedGrid(4)))(
      offset,
      weights(4, [16, 64]),
    );
  const compiled = engine.compile(db);
  assertEquals(new Set(take(db(scale, offset))), new Set([0]));
  assertEquals(new Set(take(compiled(scale, offset))), new Set([0]));
  compiled.dispose();
});

Deno.test("codes times scales are the fake-quantized weights bit for bit, inside the range s/2 away", () => {
  for (let seed = 0; seed < 60; seed++) {
    const grid = signedGrid(2 + seed % 7);
    const shape = [[1], [6, 1], [6, 4]][seed % 3] ?? [];
    tf.tidy(() => {
      const x = weights(seed, [6, 32]);
      const s = tf.add(tf.mul(tf.abs(tf.randomUniform(shape, 0, 1, "float32", seed)), 0.2), 0.01);
      const y = fakeQuantizeAffine(x, s, grid);
      const codes = affineCodes(x, s, grid);
      assertEquals(Array.from(multiplyGroups(codes, s).dataSync()), Array.from(y.dataSync()));
      const inside = tf.logicalAnd(tf.greater(codes, grid.qn), tf.less(codes, grid.qp));
      const error = tf.div(tf.abs(tf.sub(x, y)), multiplyGroups(tf.onesLike(x), s));
      const worst = tf.max(tf.where(inside, error, tf.zerosLike(error))).dataSync()[0] ?? NaN;
      assertLessOrEqual(worst, 0.5001);
    });
  }
});

Deno.test("compiled, codes are those of eager ops, also where the scale is a constant of the function", () => {
  const x = weights(11, [16, 64]);
  const s = tf.tensor2d(uniformValues(12, { count: 16, low: 0.01, high: 0.3 }), [16, 1]);
  const scaleAndOffset = { scale: s, offset: tf.mul(s, 0.3) };
  // Ties: odd multiples of half the scale, where the reciprocal's error decides.
  const ties = tf.mul(s, tf.add(tf.round(tf.mul(x, 3)), 0.5));
  for (const w of [x, ties]) {
    const codes = engine.compile((w: tf.Tensor) => [
      affineCodes(w, s, GRID),
      offsetCodes(w, scaleAndOffset, GRID),
      fakeQuantizeAffine(w, s, GRID),
    ]);
    const [affine = w, offset = w, fake = w] = codes(w);
    assertEquals(take(affine), take(affineCodes(w, s, GRID)));
    assertEquals(take(offset), take(offsetCodes(w, scaleAndOffset, GRID)));
    assertEquals(take(fake), take(fakeQuantizeAffine(w, s, GRID)));
    codes.dispose();
  }
});

Deno.test("offset codes of a grid's own points are the codes, whatever the offset", () => {
  const codes = tf.tensor2d([[-4, -1, 0, 3], [3, 2, -3, -4]]);
  const [scale, offset] = [tf.tensor2d([[0.5], [0.25]]), tf.tensor2d([[0.125], [-3]])];
  const x = tf.add(tf.mul(codes, scale), offset);
  assertEquals(take(offsetCodes(x, { scale, offset }, GRID)), take(tf.clone(codes)));
  assertEquals(take(fakeQuantizeOffset(x, { scale, offset }, GRID)), take(x));
});

Deno.test("scales whose shape does not fit the weights are refused", () => {
  assertThrows(
    () => fakeQuantizeAffine(tf.ones([4, 8]), tf.ones([4, 3]), GRID),
    RangeError,
    "Scales [4,3] do not fit weights [4,8]",
  );
});
