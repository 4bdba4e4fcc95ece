import { assert, assertInstanceOf, assertLessOrEqual } from "@std/assert";
import { memoryByteSource } from "../../../lib/io/byte_source.ts";
import { FileFormatError } from "../../../lib/io/errors.ts";
import { openGgufSource } from "../../../lib/io/gguf.ts";
import { READABLE_TYPES } from "../../../lib/io/gguf/dequantize.ts";
import { fixture } from "../helpers.ts";
import { mutations } from "../mutations.ts";
import { arr, buildGguf, f32, floats, str, text, u32, u64 } from "./build_gguf.ts";

/** Opens and reads everything: true if the file was good, false for our error, else throws. */
async function isAccepted(bytes: Uint8Array): Promise<boolean> {
  try {
    await using file = await openGgufSource(memoryByteSource("fuzz", bytes));
    let total = 0;
    for (const { name, type, elements } of file.tensors.values()) {
      total += (await file.read(name)).length;
      if (!READABLE_TYPES.includes(type)) continue;
      const values = await file.readFloats(name);
      assert(values.length === elements);
    }
    assertLessOrEqual(total, bytes.length);
    return true;
  } catch (error) {
    assertInstanceOf(error, FileFormatError);
    assert(Number.isSafeInteger(error.offset), error.message);
    assertLessOrEqual(error.message.length, 1000);
    return false;
  }
}

const SMALL = buildGguf({
  metadata: [
    ["general.architecture", str("llama")],
    ["a", u32(7)],
    ["b", u64(2n ** 60n)],
    ["c", f32(0.5)],
    ["d", arr(8, [text("x"), text("yz")])],
    ["e", arr(9, [arr(5, [u32(1).bytes]).bytes])],
  ],
  tensors: [
    { name: "t", sizes: [32, 2], type: 2, data: new Uint8Array(36).fill(60) },
    { name: "u", sizes: [2], type: 0, data: floats(1, 2) },
  ],
});

Deno.test("openGguf() answers 12,000 damaged files by FileFormatError or a sound file", async () => {
  const python = await Deno.readFile(fixture("python.gguf"));
  let accepted = 0;
  let refused = 0;
  for (const [file, count, within] of [[SMALL, 9000, 340], [python, 3000, 1700]] as const) {
    for (const bytes of mutations(file, { count, seed: 9, within })) {
      if (await isAccepted(bytes)) accepted++;
      else refused++;
    }
  }
  // Both happen: damage in a value or in the data leaves a sound file.
  assert(accepted > 500 && refused > 5000, `${accepted} accepted, ${refused} refused`);
});
