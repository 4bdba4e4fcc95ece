import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeFloats, encodeFloats, isFloatDtype } from "../../lib/io/float_bytes.ts";

const EVERY_HALF = new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer);

function bits(bytes: Uint8Array<ArrayBuffer>): number[] {
  return [...new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)];
}

for (const dtype of ["F16", "BF16"] as const) {
  Deno.test(`decodeFloats() and encodeFloats() keep every ${dtype} bit by bit`, () => {
    const values = decodeFloats(EVERY_HALF, dtype);
    const back = bits(encodeFloats(values, dtype));
    for (let i = 0; i < 65536; i++) {
      if (Number.isNaN(values[i])) assert(Number.isNaN(decodeOne(back[i]!, dtype)));
      else assertStrictEquals(back[i], i);
    }
  });
}

function decodeOne(half: number, dtype: "F16" | "BF16"): number {
  return decodeFloats(new Uint8Array(Uint16Array.of(half).buffer), dtype)[0]!;
}

Deno.test("decodeFloats() gives the values of known bit patterns", () => {
  const half = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000, 0x3555];
  assertEquals(
    half.map((pattern) => decodeOne(pattern, "F16")),
    [1, -2, 2 ** -24, 65504, Infinity, -0, 0.333251953125],
  );
  const brain = [0x3f80, 0xc000, 0x0001, 0x7f7f, 0xff80, 0x8000, 0x3eab];
  assertEquals(
    brain.map((pattern) => decodeOne(pattern, "BF16")),
    [1, -2, 2 ** -133, 3.3895313892515355e38, -Infinity, -0, 0.333984375],
  );
});

Deno.test("encodeFloats() rounds half to even", () => {
  // 1 + k/256 lies between two bfloat16 for odd k; 1 + k/2048 between two float16.
  const brain = Float32Array.of(
    1 + 1 / 256,
    1 + 3 / 256,
    -1 - 1 / 256,
    1 + 1 / 256 + 2 ** -20,
    3.4e38,
  );
  assertEquals(bits(encodeFloats(brain, "BF16")), [0x3f80, 0x3f82, 0xbf80, 0x3f81, 0x7f80]);
  const half = Float32Array.of(
    1 + 1 / 2048,
    1 + 3 / 2048,
    65519,
    65520,
    2 ** -25,
    2 ** -25 * 1.001,
  );
  assertEquals(bits(encodeFloats(half, "F16")), [0x3c00, 0x3c02, 0x7bff, 0x7c00, 0, 1]);
});

Deno.test("encodeFloats() keeps NaN in BF16 whose payload lies in the lower half", () => {
  const nan = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
  assertEquals(bits(encodeFloats(nan, "BF16")), [0x7fc0, 0xffc0]);
});

Deno.test("decodeFloats() rounds F64 half to even and keeps F32 in F64 exactly", () => {
  const doubles = Float64Array.of(1 + 2 ** -24, 1 + 3 * 2 ** -24, 1e300, 0.1);
  const values = decodeFloats(new Uint8Array(doubles.buffer), "F64");
  assertEquals([...values], [1, 1 + 2 ** -22, Infinity, Math.fround(0.1)]);
  assertEquals(decodeFloats(encodeFloats(values, "F64"), "F64"), values);
});

Deno.test("decodeFloats() takes bytes at any place of a buffer, and shares F32 where it can", () => {
  for (const dtype of ["F64", "F32", "F16", "BF16"] as const) {
    const bytes = encodeFloats(Float32Array.of(1, -0.5, 2), dtype);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    assertEquals([...decodeFloats(moved.subarray(3), dtype)], [1, -0.5, 2]);
  }
  const bytes = new Uint8Array(8);
  assertStrictEquals(decodeFloats(bytes, "F32").buffer, bytes.buffer);
});

Deno.test("decodeFloats() refuses half an element", () => {
  assertThrows(() => decodeFloats(new Uint8Array(7), "F32"), RangeError, "4 bytes each");
});

Deno.test("isFloatDtype() knows the four types", () => {
  assert(isFloatDtype("BF16"));
  assert(!isFloatDtype("I8") && !isFloatDtype("toString"));
});
