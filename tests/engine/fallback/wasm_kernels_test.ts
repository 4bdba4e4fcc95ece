import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { sizeOf } from "../../../lib/engine/dtype.ts";
import * as engine from "../../../lib/engine/mod.ts";
import { tf } from "../../../lib/engine/tf.ts";

await engine.start({ backend: "wasm" });

Deno.test("einsum on wasm sums a letter that one term has alone, and takes three terms", () => {
  const a = tf.tensor2d([[1, 2], [3, 4]]);
  const b = tf.tensor1d([10, 100]);
  assertEquals([...tf.einsum("ij,k->ik", a, b).dataSync()], [30, 300, 70, 700]);
  assertEquals([...tf.einsum("ij,jk,k->i", a, a, b).dataSync()], [1070, 2350]);
});

Deno.test("einsum on wasm refuses a letter that a term has twice", () => {
  const a = tf.ones([2, 2]);
  assertThrows(() => tf.einsum("ii->i", a), TypeError, "each once in a term");
});

Deno.test("unsortedSegmentSum on wasm leaves out negative numbers and refuses those out of range", () => {
  const x = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
  const ids = tf.tensor1d([1, -1, 1], "int32");
  assertEquals([...tf.unsortedSegmentSum(x, ids, 2).dataSync()], [0, 0, 6, 8]);
  assertThrows(() => tf.unsortedSegmentSum(x, ids, 1), RangeError, "Segment 1 is out of range");
});

Deno.test("oneHot on wasm gives floats, and an empty row for an index without a place", () => {
  const rows = tf.oneHot(tf.tensor1d([1, 3, -1], "int32"), 3, 0.5, 0.25, "float32");
  const off = [0.25, 0.25, 0.25];
  assertEquals([...rows.dataSync()], [0.25, 0.5, 0.25, ...off, ...off]);
});

Deno.test("shifts on wasm keep all 32 bits", () => {
  const a = tf.tensor1d([0x40000001, -1], "int32");
  const by = tf.scalar(1, "int32");
  assertEquals([...engine.leftShift(a, by).dataSync()], [-2147483646, -2]);
  assertEquals([...engine.rightShift(a, by).dataSync()], [0x20000000, -1]);
});

Deno.test("the optimization barrier on wasm gives tensors that outlive its inputs", () => {
  const x = tf.tensor1d([1, 2]);
  const before = tf.memory().numTensors;
  const [y] = engine.optimizationBarrier([x]) as [tf.Tensor];
  x.dispose();
  assertEquals([...y.dataSync()], [1, 2]);
  y.dispose();
  assertEquals(tf.memory().numTensors, before - 1);
});

Deno.test("cast on wasm refuses a type that holds no numbers", () => {
  assertThrows(() => engine.cast(tf.scalar(1), "string"), TypeError, "Cannot cast to 'string'");
});

const shapePair = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(2)), { maxLength: 4 });

Deno.test("bitwise ops on wasm broadcast any two shapes as addition does", () => {
  fc.assert(fc.property(shapePair, fc.nat(4), fc.nat(4), (axes, cutA, cutB) => {
    // Each axis is there in both, or once in one of them; leading axes may be missing.
    const a = axes.map(([length, once]) => once === 1 ? 1 : length).slice(cutA);
    const b = axes.map(([length, once]) => once === 2 ? 1 : length).slice(cutB);
    tf.tidy(() => {
      // Bits that do not meet: there `|` is `+`.
      const low = tf.reshape(tf.range(0, sizeOf(a), 1, "int32"), a);
      const high = tf.reshape(tf.range(0, sizeOf(b) * 1024, 1024, "int32"), b);
      const sum = tf.add(low, high);
      const or = engine.bitwiseOr(low, high);
      assertEquals(or.shape, sum.shape);
      assertEquals([...or.dataSync()], [...sum.dataSync()]);
    });
  }));
});

Deno.test("clipByValue on wasm clips integers as integers", () => {
  const clipped = tf.clipByValue(tf.tensor1d([-9, -1, 0, 5, 300], "int32"), -2, 7);
  assertEquals(clipped.dtype, "int32");
  assertEquals(Array.from(clipped.dataSync()), [-2, -1, 0, 5, 7]);
  const floats = tf.clipByValue(tf.tensor1d([-9, 0.5]), -2, 7);
  assertEquals(Array.from(floats.dataSync()), [-2, 0.5]);
  tf.dispose([clipped, floats]);
});
