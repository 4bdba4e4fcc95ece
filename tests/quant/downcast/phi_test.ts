import { assertEquals, assertThrows } from "@std/assert";
import { engine, tf } from "../../../mod.ts";
import { PHI_NAMES, phiNamed } from "../../../lib/quant/downcast/phi.ts";
import { signedGrid } from "../../../lib/quant/grid.ts";
import { heldBytes } from "../../../lib/quant/held_bytes.ts";
import { take, uniformValues } from "../values.ts";

await engine.start({ backend: "tensorflow" });

const INPUTS = 24;

function sample(bits: number): tf.Tensor2D {
  const reach = 2 ** (bits - 1) + 1;
  const values = uniformValues(bits, { count: 16 * INPUTS, low: -reach, high: reach });
  // Every third on a multiple of 1/32, so that there are ties.
  return tf.tensor2d(values.map((x, i) => i % 3 === 0 ? Math.round(32 * x) / 32 : x), [16, INPUTS]);
}

Deno.test("every phi gives the same bits compiled, stored and loaded in one function", () => {
  for (const name of PHI_NAMES) {
    const phi = phiNamed(name);
    for (const bits of [2, 3, 4, 5, 8]) {
      const through = (x: tf.Tensor) =>
        phi.load(phi.store(x, signedGrid(bits)), { bits, inputs: INPUTS });
      const compiled = engine.compile(through);
      assertEquals(take(compiled(sample(bits))), take(through(sample(bits))));
      compiled.dispose();
    }
  }
});

Deno.test("phi holds as many bytes as it says: 4, 2, 2, 1, and packed codes", () => {
  const bytes = (name: string, bits: number) =>
    heldBytes(phiNamed(name).store(sample(bits), signedGrid(bits))) / (16 * INPUTS);
  assertEquals(["fp32", "bf16", "fp16", "fixed"].map((name) => bytes(name, 4)), [4, 2, 2, 1]);
  assertEquals([2, 3, 4, 5, 8].map((bits) => bytes("int", bits)), [1 / 4, 3 / 8, 1 / 2, 1, 1]);
});

Deno.test("fixed point keeps 8 - b bits behind the point, ties to even, and clips to the grid", () => {
  const phi = phiNamed("fixed");
  const x = tf.tensor2d([[0.03125, 0.09375, -0.03125, 7.5, -9, 3.0625]]);
  const stored = phi.store(x, signedGrid(4));
  assertEquals(engine.dtypeOf(stored), "int8");
  assertEquals(take(phi.load(stored, { bits: 4, inputs: 6 })), [0, 0.125, 0, 7, -8, 3.0625]);
});

Deno.test("the fixed point's multiplier may be a scalar, so that one function serves all widths", () => {
  const phi = phiNamed("fixed");
  const load = engine.compile((stored: tf.Tensor, multiplier: tf.Scalar) =>
    phi.load(stored, { bits: 4, inputs: INPUTS, multiplier })
  );
  for (const bits of [2, 3, 4, 8]) {
    const stored = phi.store(sample(bits), signedGrid(bits));
    const expected = take(phi.load(stored, { bits, inputs: INPUTS }));
    assertEquals(take(load(stored, 2 ** (8 - bits))), expected);
  }
  assertEquals(load.compiled.length, 1);
  load.dispose();
});

Deno.test("the integer phi rounds half to even and clips", () => {
  const phi = phiNamed("int");
  const x = tf.tensor2d([[0.5, 1.5, -0.5, 2.6, 3.5, -5]]);
  for (const bits of [3, 5]) {
    const loaded = take(phi.load(phi.store(x, signedGrid(bits)), { bits, inputs: 6 }));
    assertEquals(loaded, bits === 3 ? [0, 2, 0, 3, 3, -4] : [0, 2, 0, 3, 4, -5]);
  }
});

Deno.test("a name that is no phi is refused, and the names are said", () => {
  assertThrows(() => phiNamed("int4"), RangeError, "'int4': choose fp32, bf16, fp16, fixed, int");
  assertThrows(() => phiNamed("toString"), RangeError);
});
