import { assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, tf } from "../../../mod.ts";
import { heldBytes } from "../../../lib/quant/held_bytes.ts";
import { DYNAMIC_LEVELS, middlesOf, NF4_LEVELS } from "../../../lib/quant/nf4/levels.ts";
import {
  loadNf4,
  nf4Codes,
  nf4Values,
  packNibbles,
  storeNf4,
  unpackNibbles,
} from "../../../lib/quant/nf4/nf4.ts";
import { take, uniformValues } from "../values.ts";

await engine.start({ backend: "tensorflow" });

Deno.test("the levels rise, end at -1 or near it and at 1, and hold 0", () => {
  for (const levels of [NF4_LEVELS, DYNAMIC_LEVELS]) {
    assertEquals(middlesOf(levels).every((middle, i) => levels[i]! < middle), true);
    assertEquals([levels.at(-1), levels.includes(0)], [1, true]);
  }
  assertEquals([NF4_LEVELS.length, DYNAMIC_LEVELS.length], [16, 256]);
});

Deno.test("levels times a block's size come back as themselves, at any length", () => {
  for (const count of [16, 17, 64, 65, 200]) {
    const w = Float32Array.from({ length: count }, (_, i) => NF4_LEVELS[i % 16]! * 2);
    const codes = nf4Codes(tf.tensor1d(w));
    assertEquals(take(tf.clone(codes.codes)), Array.from(w, (_, i) => i % 16));
    assertEquals(take(nf4Values(codes)), [...w]);
  }
});

Deno.test("a block of zeros stays zero", () => {
  const w = tf.zeros([2, 64]);
  assertEquals(new Set(take(nf4Values(nf4Codes(w)))), new Set([0]));
  assertEquals(new Set(take(loadNf4(storeNf4(w), { shape: w.shape }))), new Set([0]));
});

Deno.test("nibbles come back, the first code of a byte in its high half", () => {
  assertEquals(take(packNibbles(tf.tensor1d([1, 2, 15], "int32"))), [0x12, 0xf0]);
  for (const count of [1, 2, 7]) {
    const codes = Array.from({ length: count }, (_, i) => (5 * i + 3) % 16);
    assertEquals(take(unpackNibbles(packNibbles(tf.tensor1d(codes, "int32")), count)), codes);
  }
});

Deno.test("stored weights take about 4.13 bits, and differ by less than the widest gap allows", () => {
  const shape = [96, 512];
  const w = tf.tensor2d(uniformValues(8, { count: 96 * 512 }), [96, 512]);
  const stored = storeNf4(w);
  const bytes = Object.values(stored).reduce((sum, tensor) => sum + heldBytes(tensor), 0);
  assertLessOrEqual(8 * bytes / w.size, 4.14);
  const loaded = loadNf4(stored, { shape });
  // Half of the widest gap, 0.304 / 2, and the error of the block's own size.
  assertLessOrEqual(take(tf.max(tf.abs(tf.sub(loaded, w))))[0] ?? NaN, 0.16);
});

Deno.test("compiled, loading gives the same bits", () => {
  const w = tf.tensor2d(uniformValues(8, { count: 24 * 100 }), [24, 100]);
  const stored = storeNf4(w);
  const load = engine.compile((packed: tf.Tensor) =>
    loadNf4({ ...stored, packed }, { shape: [24, 100] })
  );
  const expected = take(loadNf4(stored, { shape: [24, 100] }));
  const worst = take(load(stored.packed)).map((x, i) => Math.abs(x - expected[i]!));
  assertLessOrEqual(Math.max(...worst), 1e-6);
  load.dispose();
});
