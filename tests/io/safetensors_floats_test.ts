import { assertEquals, assertRejects } from "@std/assert";
import { encodeFloats } from "../../lib/io/float_bytes.ts";
import { openSafetensors } from "../../lib/io/safetensors.ts";
import { readFloats } from "../../lib/io/safetensors_floats.ts";
import { writeSafetensors } from "../../lib/io/safetensors_write.ts";
import { tempFolder } from "./helpers.ts";

Deno.test("readFloats() gives float32 values of each float type, and refuses others", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.safetensors`;
  const values = Float32Array.of(1, -0.5, 65504);
  const tensors = (["F64", "F32", "F16", "BF16"] as const).map((dtype) => ({
    name: dtype,
    dtype,
    shape: [3],
    data: encodeFloats(values, dtype),
  }));
  const codes = { name: "codes", dtype: "I8", shape: [1], data: Uint8Array.of(1) } as const;
  await writeSafetensors(path, [...tensors, codes]);
  await using file = await openSafetensors(path);
  for (const name of ["F64", "F32", "F16"]) assertEquals(await readFloats(file, name), values);
  assertEquals(await readFloats(file, "BF16"), Float32Array.of(1, -0.5, 65536));
  const message = 'Cannot read tensor "codes" of';
  await assertRejects(() => readFloats(file, "codes"), RangeError, message);
  await assertRejects(() => readFloats(file, "none"), RangeError, 'No tensor "none"');
});
