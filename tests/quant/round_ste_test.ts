import { assertEquals } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { clip } from "../../lib/quant/clip.ts";
import { signedGrid } from "../../lib/quant/grid.ts";
import { clipRound, roundClip, roundSte } from "../../lib/quant/round_ste.ts";
import { take } from "./values.ts";

await engine.start({ backend: "tensorflow" });

// Around both ends of the 3-bit grid -4..3, and ties.
const X = [-4.6, -4.5, -4.4, -4, -2.5, -0.5, 0.5, 1.5, 3, 3.4, 3.5, 3.6];
const ROUNDED = [-4, -4, -4, -4, -2, 0, 0, 2, 3, 3, 3, 3];

function gradientOf(fn: (x: tf.Tensor) => tf.Tensor): number[] {
  return take(tf.grad((x: tf.Tensor) => fn(x))(tf.tensor1d(X), tf.fill([X.length], 2)));
}

Deno.test("roundSte() rounds half to even and passes every gradient", () => {
  assertEquals(take(tf.abs(roundSte(tf.tensor1d([-2.5, -0.5, 0.5, 1.5, 2.5])))), [2, 0, 0, 2, 2]);
  assertEquals(gradientOf(roundSte), X.map(() => 2));
});

Deno.test("roundClip() tests the rounded code: half a step beyond the grid is inside", () => {
  const grid = signedGrid(3);
  const values = take(roundClip(tf.tensor1d(X), grid)).map((x) => x + 0);
  assertEquals(values, ROUNDED);
  // -4.5 rounds to -4, inside; 3.5 rounds to 4, outside.
  const inside = X.map((x) => x >= -4.5 && x < 3.5);
  assertEquals(gradientOf((x) => roundClip(x, grid)), inside.map((is) => is ? 2 : 0));
});

Deno.test("clipRound() tests the value before rounding, and the ends are inside", () => {
  const grid = signedGrid(3);
  const values = take(clipRound(tf.tensor1d(X), grid)).map((x) => x + 0);
  assertEquals(values, ROUNDED);
  const inside = X.map((x) => x >= -4 && x <= 3);
  assertEquals(gradientOf((x) => clipRound(x, grid)), inside.map((is) => is ? 2 : 0));
  assertEquals(gradientOf((x) => clip(x, grid)), inside.map((is) => is ? 2 : 0));
});

Deno.test("one compiled function serves grids of all widths", () => {
  const step = engine.compile((x: tf.Tensor, qn: tf.Scalar, qp: tf.Scalar) => ({
    value: roundClip(x, { qn, qp }),
    dx: tf.grad((x: tf.Tensor) => roundClip(x, { qn, qp }))(x),
  }));
  const x = tf.tensor1d([-200, -7, 1.4, 9, 200]);
  for (const bits of [2, 3, 4, 8]) {
    const { qn, qp } = signedGrid(bits);
    const { value, dx } = step(x, qn, qp);
    assertEquals(take(value), take(roundClip(x, { qn, qp })));
    assertEquals(take(dx), take(tf.grad((x: tf.Tensor) => roundClip(x, { qn, qp }))(x)));
  }
  assertEquals(step.compiled.length, 1);
  step.dispose();
});
