import { assertAlmostEquals, assertEquals } from "@std/assert";
import { llama3RopeFactors, ropeScalingOfFactors } from "../../../lib/io/gguf/rope_factors.ts";

const SCALING = {
  rope_type: "llama3",
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
} as const;
const OPTIONS = { theta: 500_000, headDim: 128 };

Deno.test("llama3RopeFactors() keeps waves up to 2,048, divides those from 8,192 by the factor", () => {
  const factors = llama3RopeFactors(SCALING, OPTIONS);
  factors.forEach((divisor, i) => {
    const wave = 2 * Math.PI / 500_000 ** (-2 * i / 128);
    if (wave < 2048) assertEquals(divisor, 1);
    else if (wave > 8192) assertEquals(divisor, 8);
    else {
      const smooth = (8192 / wave - 1) / 3;
      const frequency = (1 - smooth) * (1 / wave) / 8 + smooth / wave;
      assertAlmostEquals(1 / wave / frequency, divisor, 1e-12);
    }
  });
  assertEquals([factors.indexOf(8), factors.lastIndexOf(1), factors.length], [35, 28, 64]);
});

for (const factor of [8, 32]) {
  Deno.test(`ropeScalingOfFactors() finds the scaling by ${factor} again from float32 divisors`, () => {
    const scaling = { ...SCALING, factor };
    const stored = Float32Array.from(llama3RopeFactors(scaling, OPTIONS));
    assertEquals(ropeScalingOfFactors(stored, OPTIONS), scaling);
  });
}

Deno.test("ropeScalingOfFactors() gives nothing for other divisors", () => {
  const stored = Float32Array.from(llama3RopeFactors(SCALING, OPTIONS));
  assertEquals(ropeScalingOfFactors(stored, { ...OPTIONS, theta: 10_000 }), undefined);
  assertEquals(ropeScalingOfFactors(stored.subarray(1), OPTIONS), undefined);
  assertEquals(ropeScalingOfFactors(new Float32Array(64).fill(NaN), OPTIONS), undefined);
});
