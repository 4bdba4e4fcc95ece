import { assert, assertInstanceOf, assertLessOrEqual } from "@std/assert";
import { memoryByteSource } from "../../lib/io/byte_source.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { openSafetensorsSource } from "../../lib/io/safetensors.ts";
import { parseSafetensorsIndex } from "../../lib/io/safetensors_index.ts";
import { fixture, seededIntegers } from "./helpers.ts";
import { mutations } from "./mutations.ts";
import { safetensorsBytes } from "./safetensors_samples.ts";

/** Opens and reads everything: true if the file was good, false for our error, else throws. */
async function isAccepted(bytes: Uint8Array): Promise<boolean> {
  try {
    await using file = await openSafetensorsSource(memoryByteSource("fuzz", bytes));
    let total = 0;
    for (const name of file.tensors.keys()) total += (await file.read(name)).length;
    assertLessOrEqual(total, bytes.length);
    return true;
  } catch (error) {
    assertInstanceOf(error, FileFormatError);
    assert(Number.isSafeInteger(error.offset), error.message);
    assertLessOrEqual(error.message.length, 1000);
    return false;
  }
}

Deno.test("openSafetensors() answers 10,000 damaged files by FileFormatError or a sound file", async () => {
  const original = await Deno.readFile(fixture("python.safetensors"));
  const small = safetensorsBytes('{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}', 8);
  let accepted = 0;
  let refused = 0;
  for (const [file, count, within] of [[original, 4000, 3400], [small, 6000, 72]] as const) {
    for (const bytes of mutations(file, { count, seed: 4, within })) {
      if (await isAccepted(bytes)) accepted++;
      else refused++;
    }
  }
  // Both happen: damage in a name or in the data leaves a sound file.
  assert(accepted > 100 && refused > 5000, `${accepted} accepted, ${refused} refused`);
});

Deno.test("openSafetensors() answers 5,000 headers with edited numbers by FileFormatError or a sound file", async () => {
  const random = seededIntegers(7);
  const edges = [
    "0",
    "1",
    "-1",
    "8",
    "1e9",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "18446744073709551615",
    "0.5",
    "null",
    '"2"',
    "[",
    "1".repeat(400),
  ];
  const template =
    '{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"I8","shape":[3],"data_offsets":[8,11]}}';
  const numbers = [...template.matchAll(/\d+(?=[,\]])/g)].map((match) => match.index);
  let refused = 0;
  for (let i = 0; i < 5000; i++) {
    let header = template;
    for (const at of numbers.toReversed()) {
      if (random(4) > 0) continue;
      header = header.slice(0, at) + edges[random(edges.length)]! + header.slice(at + 1);
    }
    if (!(await isAccepted(safetensorsBytes(header, 11)))) refused++;
  }
  assert(refused > 3000);
});

Deno.test("openSafetensors() answers 10,000 random headers by FileFormatError or a sound file", async () => {
  const random = seededIntegers(5);
  const pieces = [
    "{",
    "}",
    '"a"',
    '"b"',
    ":",
    ",",
    '"dtype"',
    '"F32"',
    '"shape"',
    "[",
    "]",
    '"data_offsets"',
    "0",
    "8",
    '"__metadata__"',
    '"__proto__"',
    " ",
    "\\",
    '"',
  ];
  for (let i = 0; i < 10_000; i++) {
    const text = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]!).join("");
    await isAccepted(safetensorsBytes(`{${text}`, random(9)));
  }
});

Deno.test("parseSafetensorsIndex() answers 10,000 damaged indexes by FileFormatError or plain shard names", () => {
  const text =
    '{"metadata":{"total_size":8},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}';
  const original = new TextEncoder().encode(text);
  for (const bytes of mutations(original, { count: 10_000, seed: 6, within: original.length })) {
    try {
      const { shards } = parseSafetensorsIndex(bytes, "fuzz");
      for (const name of shards.values()) assert(!/[/\\:]|^\./.test(name), name);
    } catch (error) {
      assertInstanceOf(error, FileFormatError);
    }
  }
});
