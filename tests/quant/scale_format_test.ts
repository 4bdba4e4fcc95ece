import { assert, assertEquals } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { signedGrid } from "../../lib/quant/grid.ts";
import {
  largestOf,
  scaleFloor,
  type ScaleFormat,
  significantBits,
  snapScale,
} from "../../lib/quant/scale_format.ts";
import { take, uniformValues } from "./values.ts";

await engine.start({ backend: "tensorflow" });

const SNAPPED = ["fp16", "portable"] as const;

/** Numbers of all sizes and both signs, from far below a format's range to above it. */
function sample(count: number): Float32Array {
  const exponents = uniformValues(7, { count, low: -20, high: 17 });
  return exponents.map((exponent, i) => (i % 2 === 0 ? 1 : -1) * 2 ** exponent);
}

// In float64, where every step is exact.
function snapOnHost(x: number, format: ScaleFormat): number {
  const size = Math.min(Math.abs(x), largestOf(format));
  const exponent = Math.floor(Math.log2(size));
  const quantum = size < 2 ** -14 ? 2 ** -14 : 2 ** (exponent + 1 - significantBits(format));
  const steps = size / quantum;
  const down = Math.floor(steps);
  const up = steps - down > 0.5 || (steps - down === 0.5 && down % 2 === 1);
  return Math.sign(x) * (down + (up ? 1 : 0)) * quantum;
}

Deno.test("snapScale() takes the nearest value of the format, eager and compiled, bit for bit", () => {
  const values = sample(20_000);
  for (const format of SNAPPED) {
    const expected = Array.from(values, (x) => snapOnHost(x, format) + 0);
    const snap = engine.compile((s: tf.Tensor) => snapScale(s, format));
    assertEquals(take(snapScale(tf.tensor1d(values), format)).map((x) => x + 0), expected);
    assertEquals(take(snap(tf.tensor1d(values))).map((x) => x + 0), expected);
    snap.dispose();
  }
});

Deno.test("snapScale() rounds ties to even and keeps zero, the ends, and what is snapped", () => {
  const ties = [257, 259, -257, 0, 2 ** -15, -1.1 * 2 ** -15, 2 ** -14, 1e9];
  const portable = [256, 260, -256, 0, 0, -(2 ** -14), 2 ** -14, 65280];
  assertEquals(take(snapScale(tf.tensor1d(ties), "portable")), portable);
  assertEquals(take(snapScale(tf.tensor1d(portable), "portable")), portable);
  assertEquals(take(snapScale(tf.tensor1d([1e9, 2049]), "fp16")), [65504, 2048]);
  assertEquals(take(snapScale(tf.tensor1d([0.1]), "float32")), [Math.fround(0.1)]);
});

Deno.test("snapScale() passes gradients straight through", () => {
  for (const format of SNAPPED) {
    const ds = tf.grad((s: tf.Tensor) => snapScale(s, format))(
      tf.tensor1d([0.3, 1e-9, 1e9]),
      tf.tensor1d([1, 2, 3]),
    );
    assertEquals(take(ds), [1, 2, 3]);
  }
});

Deno.test("a portable scale times any signed code of 2 to 4 bits is exact in float16", () => {
  const scales = Array.from(sample(4_000), Math.abs).filter((s) => s * 8 <= 65504);
  const snapped = take(snapScale(tf.tensor1d(scales), "portable")).filter((s) => s > 0);
  assert(snapped.length > 2_000);
  for (const bits of [2, 3, 4]) {
    const { qn, qp } = signedGrid(bits);
    const products = Array.from(
      { length: qp - qn + 1 },
      (_, i) => snapped.map((s) => s * (qn + i)),
    );
    const exact = tf.tensor1d(Float32Array.from(products.flat()));
    const held = engine.cast(engine.cast(exact, "float16"), "float32");
    assertEquals(take(tf.sum(tf.cast(tf.notEqual(held, exact), "int32"))), [0]);
  }
});

Deno.test("the smallest scale of a format is one that it holds", () => {
  for (const format of SNAPPED) {
    assertEquals(take(snapScale(tf.scalar(scaleFloor(format)), format)), [scaleFloor(format)]);
  }
});
