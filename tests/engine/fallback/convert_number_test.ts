import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DType } from "../../../lib/engine/dtype.ts";
import { numberConverter } from "../../../lib/engine/fallback/convert_number.ts";
import { castTarget } from "../../../lib/engine/fallback/number_format.ts";
import { decodeFloats, encodeFloats } from "../../../lib/io/float_bytes.ts";

// Every float32, all bit patterns being equally likely.
const anyFloat = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((bits) =>
  new Float32Array(Uint32Array.of(bits).buffer)[0]!
);

function convert(dtype: DType, x: number): number {
  return numberConverter(castTarget(dtype).format)(x);
}

function converted(dtype: DType, values: number[]): number[] {
  return values.map((x) => convert(dtype, x));
}

function assertSame(actual: number, expected: number, x: number) {
  assertEquals(Object.is(actual, expected), true, `${x} gives ${actual} instead of ${expected}`);
}

Deno.test("numberConverter() rounds every float32 to float16 as the language does", () => {
  fc.assert(fc.property(anyFloat, (x) => assertSame(convert("float16", x), Math.f16round(x), x)), {
    numRuns: 20_000,
  });
});

Deno.test("numberConverter() rounds every float32 to bfloat16 as its upper half is rounded", () => {
  fc.assert(
    fc.property(anyFloat, (x) => {
      const [expected = NaN] = decodeFloats(encodeFloats(Float32Array.of(x), "BF16"), "BF16");
      assertSame(convert("bfloat16", x), expected, x);
    }),
    { numRuns: 20_000 },
  );
});

// The values of all codes of an 8-bit float, from the definition of its fields.
function float8Values(exponentBits: number, mantissaBits: number, bias: number): number[] {
  return Array.from({ length: 2 ** 7 }, (_, code) => {
    const exponent = code >> mantissaBits;
    const mantissa = (code % 2 ** mantissaBits) / 2 ** mantissaBits;
    const isNormal = exponent > 0;
    return (mantissa + (isNormal ? 1 : 0)) * 2 ** ((isNormal ? exponent : 1) - bias);
  }).slice(0, (2 ** exponentBits) << mantissaBits);
}

for (
  const [dtype, exponentBits, mantissaBits, bias, finite, beyond] of [
    // e4m3fn gives one code to NaN and none to infinity, e5m2 the last four to both.
    ["float8e4m3fn", 4, 3, 7, 127, NaN],
    ["float8e5m2", 5, 2, 15, 124, Infinity],
  ] as const
) {
  Deno.test(`numberConverter() takes each number to the nearest ${dtype}, ties to the even code`, () => {
    const values = float8Values(exponentBits, mantissaBits, bias).slice(0, finite);
    assertEquals(converted(dtype, values), values);
    for (let code = 0; code + 1 < values.length; code++) {
      const [low, high] = [values[code]!, values[code + 1]!];
      const middle = (low + high) / 2;
      const even = code % 2 === 0 ? low : high;
      const near = [
        Math.fround(middle * (1 - 2 ** -23)),
        middle,
        Math.fround(middle * (1 + 2 ** -23)),
      ];
      assertEquals(converted(dtype, near), [low, even, high]);
      assertEquals(converted(dtype, near.map((x) => -x)), [-low, -even, -high]);
    }
    const largest = values.at(-1)!;
    assertEquals(converted(dtype, [2 * largest, Infinity, NaN]), [beyond, beyond, NaN]);
  });
}

Deno.test("numberConverter() cuts and wraps to integers as typed arrays do", () => {
  const arrays = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array, int32: Int32Array };
  const anyNumber = fc.oneof(anyFloat, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
  for (const [dtype, array] of Object.entries(arrays)) {
    fc.assert(
      fc.property(anyNumber, (x) => assertSame(convert(dtype as DType, x), array.of(x)[0]!, x)),
    );
  }
});

Deno.test("numberConverter() wraps to 4 bits", () => {
  assertEquals(converted("int4", [-9, -8, -1.9, 7.9, 8, 15, 16]), [7, -8, -1, 7, -8, -1, 0]);
  assertEquals(converted("uint4", [-1, 0, 15.9, 16, 255]), [15, 0, 15, 0, 15]);
});

Deno.test("numberConverter() takes every number but zero as true", () => {
  assertEquals(converted("bool", [0, -0, 0.1, -3, NaN]), [0, 0, 1, 1, 1]);
});
