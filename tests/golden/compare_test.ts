import { assertEquals, assertMatch } from "@std/assert";
import { compareTensor } from "./compare.ts";
import type { GoldenTensor } from "./golden_folder.ts";
import type { Comparison } from "./manifest.ts";

const EXACT: Comparison = { kind: "exact" };
const CLOSE: Comparison = { kind: "close", tolerance: 0.01 };

function golden(values: number[], comparison: Comparison, shape = [values.length]): GoldenTensor {
  return { name: "out.y", dtype: "float32", shape, comparison, values: Float32Array.from(values) };
}

function errorOf(expected: GoldenTensor, values: number[], shape = [values.length]): number {
  return compareTensor(expected, { shape, values }).error;
}

Deno.test("compareTensor() takes equal values as exact, NaN, infinities and zeros of both signs too", () => {
  const values = [1, -0, NaN, Infinity, -Infinity];
  assertEquals(
    compareTensor(golden(values, EXACT), { shape: [5], values: [1, 0, NaN, Infinity, -Infinity] }),
    {
      error: 0,
    },
  );
});

Deno.test("compareTensor() fails an exact result that is off by the last bit", () => {
  assertEquals(errorOf(golden([1], EXACT), [1 + 2 ** -23]), Infinity);
});

Deno.test("compareTensor() measures errors by the tolerance times the largest stored value", () => {
  // Allowed: 0.01 * 4.
  assertEquals(errorOf(golden([4, 0, -2], CLOSE), [4, 0.02, -2]), 0.5);
  assertEquals(errorOf(golden([1, 0, -4], CLOSE), [1, 0.08, -4]), 2);
});

Deno.test("compareTensor() wants exact zeros where all stored values are zero", () => {
  assertEquals(errorOf(golden([0, 0], CLOSE), [0, 0]), 0);
  assertEquals(errorOf(golden([0, 0], CLOSE), [0, 1e-30]), Infinity);
});

Deno.test("compareTensor() never lets NaN or an infinity pass for a number, or the other way round", () => {
  assertEquals(errorOf(golden([1], CLOSE), [NaN]), Infinity);
  assertEquals(errorOf(golden([1], CLOSE), [Infinity]), Infinity);
  assertEquals(errorOf(golden([NaN, 1], CLOSE), [1, 1]), Infinity);
  assertEquals(errorOf(golden([Infinity, 1], CLOSE), [1e30, 1]), Infinity);
  assertEquals(errorOf(golden([Infinity, 1], CLOSE), [Infinity, 2]), 100);
});

Deno.test("compareTensor() names the place, both values and what is allowed", () => {
  const { problem = "" } = compareTensor(golden([1, 2, 3, 4], CLOSE, [2, 2]), {
    shape: [2, 2],
    values: [1, 2, 5, 4],
  });
  assertEquals(problem, "element [1,0] is 5 instead of 3, allowed error 0.0400");
});

Deno.test("compareTensor() fails another shape with the same values", () => {
  const { error, problem = "" } = compareTensor(golden([1, 2], EXACT), {
    shape: [2, 1],
    values: [1, 2],
  });
  assertEquals(error, Infinity);
  assertMatch(problem, /shape \[2,1\] instead of \[2\]/);
});
