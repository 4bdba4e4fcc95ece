import { assertEquals, assertRejects } from "@std/assert";
import { openSafetensors } from "../../lib/io/safetensors.ts";
import { SAFETENSORS_DTYPES, safetensorsByteLength } from "../../lib/io/safetensors_dtypes.ts";
import { fixture } from "./helpers.ts";
import { patternBytes } from "./safetensors_samples.ts";

const PYTHON_FILE = fixture("python.safetensors");

Deno.test("openSafetensors() reads every element type that Python's safetensors writes, bit by bit", async () => {
  await using file = await openSafetensors(PYTHON_FILE);
  assertEquals(file.metadata, new Map([["made by", "safetensors 0.8.0"]]));
  const seen = new Set<string>();
  for (const { name, dtype, shape } of file.tensors.values()) {
    const count = safetensorsByteLength(dtype, shape);
    assertEquals(await file.read(name), patternBytes(count, dtype), name);
    seen.add(dtype);
  }
  // The library reads the two 6-bit types, but writes none.
  const all = new Set(SAFETENSORS_DTYPES.filter((dtype) => !dtype.startsWith("F6")));
  assertEquals([...all.difference(seen)], []);
});

Deno.test("readInto() fills a part of a tensor, and refuses what lies outside", async () => {
  await using file = await openSafetensors(PYTHON_FILE);
  const part = new Uint8Array(5);
  await file.readInto("a.int32", part, { offset: 7 });
  assertEquals(part, patternBytes(12, "I32").slice(7));
  await file.readInto("a.int32", part);
  assertEquals(part, patternBytes(5, "I32"));
  for (const offset of [44, -1, 0.5, NaN]) {
    await assertRejects(() => file.readInto("a.int32", part, { offset }), RangeError, "48 bytes");
  }
});

Deno.test("read() of a missing tensor names the file and some tensors", async () => {
  await using file = await openSafetensors(PYTHON_FILE);
  await assertRejects(() => file.read("lm_head"), RangeError, 'No tensor "lm_head" in');
});

Deno.test("read() gives a buffer of its own for each call", async () => {
  await using file = await openSafetensors(PYTHON_FILE);
  const [first, second] = await Promise.all([file.read("a.int32"), file.read("a.int32")]);
  first.fill(0);
  assertEquals(second, patternBytes(48, "I32"));
  assertEquals(second.byteOffset, 0);
});
