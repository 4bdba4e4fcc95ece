import { assertEquals } from "@std/assert";
import { engine, tf } from "../../../mod.ts";
import { perChannel, perTensor } from "../../../lib/quant/granularity.ts";
import { signedGrid } from "../../../lib/quant/grid.ts";
import {
  asymmRange,
  l4qScale,
  lsqPlusScale,
  lsqScale,
  symmScale,
} from "../../../lib/quant/ranges/initial_scales.ts";
import { take } from "../values.ts";

await engine.start({ backend: "tensorflow" });

const OPTIONS = { ...signedGrid(3), granularity: perChannel() };
const W = tf.tensor2d([[-6, 0, 1.5, 1.5], [-2, 6, 0, 4]]);

Deno.test("each initial scale by hand, 3 bits", () => {
  assertEquals(take(l4qScale(W, OPTIONS)), [1.5, 2]);
  assertEquals(take(l4qScale(W, { ...OPTIONS, granularity: perTensor() })), [2]);
  assertEquals(take(symmScale(W, OPTIONS)), [1.5, 1.5]);
  const { scale, offset } = asymmRange(W, { ...signedGrid(2), granularity: perChannel() });
  assertEquals([take(scale), take(offset)], [
    [2.5, 8 / 3].map(Math.fround),
    [-1, 6 - 8 / 3].map(Math.fround),
  ]);
  assertEquals(take(lsqScale(W, { ...OPTIONS, qp: 4 })), [2.25, 3]);
});

Deno.test("LSQ+ takes the mean and three deviations, of the sample or the population", () => {
  const w = tf.tensor2d([[1, 3, 1, 3, 2, 2, 2, 2, 2]]);
  // Mean 2, squared deviations 4: 4 / 8 of the sample.
  const sample = (2 + 3 * Math.sqrt(0.5)) / 4;
  const population = (2 + 3 * Math.sqrt(4 / 9)) / 4;
  const near = (a: number | undefined, b: number) => Math.abs((a ?? NaN) - b) < 1e-6;
  assertEquals(near(take(lsqPlusScale(w, OPTIONS))[0], sample), true);
  assertEquals(near(take(lsqPlusScale(w, { ...OPTIONS, population: true }))[0], population), true);
});

Deno.test("a row of zeros, and a group of one weight, have a scale", () => {
  const zeros = tf.zeros([1, 1]);
  const floor = [Math.fround(1e-8)];
  for (const scaleOf of [l4qScale, symmScale, lsqScale, lsqPlusScale]) {
    assertEquals(take(scaleOf(zeros, OPTIONS)), floor);
  }
  assertEquals(take(asymmRange(zeros, OPTIONS).scale), floor);
});
