import { assertEquals, assertRejects } from "@std/assert";
import { openGguf } from "../../lib/io/gguf.ts";
import { READABLE_TYPES } from "../../lib/io/gguf/dequantize.ts";
import type { GgufValue } from "../../lib/io/gguf/metadata.ts";
import { fixture } from "./helpers.ts";

const PYTHON_FILE = fixture("python.gguf");

Deno.test("openGguf() reads every value type that Python's gguf writes", async () => {
  await using file = await openGguf(PYTHON_FILE);
  assertEquals(file.version, 3);
  assertEquals(
    file.metadata,
    new Map<string, GgufValue>([
      ["general.architecture", "llama"],
      ["general.alignment", 64],
      ["t.u8", 255],
      ["t.i8", -128],
      ["t.u16", 65535],
      ["t.i16", -32768],
      ["t.u32", 4294967295],
      ["t.i32", -2147483648],
      ["t.f32", Math.fround(0.1)],
      ["t.bool", true],
      ["t.string", "naïve 🙂"],
      ["t.u64", 2n ** 64n - 1n],
      ["t.u64.small", Number.MAX_SAFE_INTEGER],
      ["t.i64", -(2n ** 63n)],
      ["t.f64", 0.1],
      ["t.ints", Int32Array.of(-1, 2, 3)],
      ["t.floats", Float32Array.of(0.5, -2)],
      ["t.strings", ["a", "", "é"]],
      ["t.bools", [true, false]],
      ["__proto__", ["x"]],
    ]),
  );
});

for (const type of READABLE_TYPES.filter((type) => type !== "F32")) {
  Deno.test(`readFloats() dequantizes ${type} bit by bit as Python's gguf does`, async () => {
    await using file = await openGguf(PYTHON_FILE);
    assertEquals(file.tensors.get(`x.${type}`)?.type, type);
    assertEquals(file.tensors.get(`x.${type}`)?.shape, [2, 256]);
    const values = await file.readFloats(`x.${type}`);
    const expected = await file.readFloats(`x.${type}.values`);
    assertEquals(new Uint32Array(values.buffer), new Uint32Array(expected.buffer));
  });
}

Deno.test("readFloats() refuses a type that is in the format but not readable, read() gives its bytes", async () => {
  await using file = await openGguf(PYTHON_FILE);
  await assertRejects(() => file.readFloats("x.Q2_K"), RangeError, "Cannot dequantize type Q2_K");
  assertEquals((await file.read("x.Q2_K")).length, 2 * 84);
});

Deno.test("readFloats() of a missing tensor names the file", async () => {
  await using file = await openGguf(PYTHON_FILE);
  await assertRejects(() => file.readFloats("x"), RangeError, 'No tensor "x" in');
});
