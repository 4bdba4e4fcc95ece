import { assertEquals, assertRejects } from "@std/assert";
import { memoryByteSource } from "../../lib/io/byte_source.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { openSafetensorsSource, type SafetensorsFile } from "../../lib/io/safetensors.ts";
import { safetensorsBytes } from "./safetensors_samples.ts";

function open(bytes: Uint8Array): Promise<SafetensorsFile> {
  return openSafetensorsSource(memoryByteSource("x.safetensors", bytes));
}

const A = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';
const B = '"b":{"dtype":"U8","shape":[2,2],"data_offsets":[8,12]}';

interface Bad {
  what: string;
  header: string;
  data: number;
  message: string;
}

const BAD: Bad[] = [
  {
    what: "a hole",
    header: `{${A},"b":{"dtype":"U8","shape":[3],"data_offsets":[9,12]}}`,
    data: 12,
    message: 'tensor "b" at byte 123: expected its first byte at 123',
  },
  {
    what: "a hole at the start",
    header: '{"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}',
    data: 4,
    message: "found a hole",
  },
  {
    what: "an overlap",
    header: `{${A},"b":{"dtype":"U8","shape":[5],"data_offsets":[7,12]}}`,
    data: 12,
    message: "found an overlap: its first byte at 122",
  },
  {
    what: "two tensors on one place",
    header: `{${A},${A.replace("a", "c")}}`,
    data: 8,
    message: "found an overlap",
  },
  {
    what: "bytes after the last tensor",
    header: `{${A}}`,
    data: 9,
    message: "end of the last tensor at byte 70: expected the file's size, 71, found 70",
  },
  {
    what: "a file that is too short",
    header: `{${A}}`,
    data: 7,
    message: "expected the file's size, 69, found 70",
  },
  { what: "data without tensors", header: "{}", data: 1, message: "end of the last tensor" },
  {
    what: "an unknown dtype",
    header: `{${A.replace("F32", "F31")}}`,
    data: 8,
    message: 'tensor "a" at byte 22: expected a known dtype, found "F31"',
  },
  {
    what: "a length that dtype and shape deny",
    header: `{${A.replace("[2]", "[3]")}}`,
    data: 8,
    message:
      'tensor "a" at byte 13: expected 12 bytes by dtype and shape, found data_offsets [0,8]',
  },
  {
    what: "an end before the begin",
    header: `{${A.replace("[0,8]", "[8,0]")}}`,
    data: 8,
    message: "expected 8 bytes by dtype and shape",
  },
  {
    what: "three offsets",
    header: `{${A.replace("[0,8]", "[0,8,8]")}}`,
    data: 8,
    message: "expected two data_offsets, found 3",
  },
  {
    what: "a negative size",
    header: `{${A.replace("[2]", "[-2]")}}`,
    data: 8,
    message: "expected an integer from 0",
  },
  {
    what: "a fractional size",
    header: `{${A.replace("[2]", "[2.0]")}}`,
    data: 8,
    message: "expected an integer from 0",
  },
  {
    what: "a shape that overflows",
    header: `{${A.replace("[2]", "[4294967296,4294967296,0]")}}`,
    data: 8,
    message: "at most 2^53 - 1 bits",
  },
  {
    what: "half a byte",
    header: '{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}',
    data: 1,
    message: "fill whole bytes",
  },
  {
    what: "equal names",
    header: `{${A},${A}}`,
    data: 8,
    message: 'header at byte 62: expected keys that differ, found "a" twice',
  },
  {
    what: "equal fields",
    header: `{${A.replace("{", '{"shape":[2],')}}`,
    data: 8,
    message: '"shape" twice',
  },
  {
    what: "an unknown field",
    header: `{${A.replace("{", '{"strides":[1],')}}`,
    data: 8,
    message: 'field "strides"',
  },
  {
    what: "a missing field",
    header: '{"a":{"dtype":"F32","data_offsets":[0,8]}}',
    data: 8,
    message: 'expected field "shape", found none',
  },
  {
    what: "metadata that is no text",
    header: `{"__metadata__":{"n":1},${A}}`,
    data: 8,
    message: "__metadata__ at byte 29: expected a string",
  },
  { what: "an array for an object", header: "[1]", data: 0, message: 'expected "{"' },
  { what: "blanks before the object", header: ` {${A}}`, data: 8, message: 'expected "{"' },
  {
    what: "text behind the object",
    header: `{${A}} x`,
    data: 8,
    message: "the end of the JSON text",
  },
  {
    what: "a tensor that is a number",
    header: '{"a":1}',
    data: 0,
    message: 'tensor "a" at byte 13: expected "{"',
  },
];

for (const { what, header, data, message } of BAD) {
  Deno.test(`openSafetensors() refuses ${what}`, async () => {
    await assertRejects(() => open(safetensorsBytes(header, data)), FileFormatError, message);
  });
}

Deno.test("openSafetensors() refuses a header that is not UTF-8", async () => {
  const bytes = safetensorsBytes(`{${A}}`, 8);
  bytes[10] = 0xff;
  await assertRejects(() => open(bytes), FileFormatError, "header at byte 8: expected UTF-8");
});

Deno.test("openSafetensors() refuses a header length above the file or 100 MB before it reads", async () => {
  const bytes = safetensorsBytes(`{${A}}`, 8);
  const view = new DataView(bytes.buffer);
  for (const length of [0n, 1n, 63n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n]) {
    view.setBigUint64(0, length, true);
    await assertRejects(() => open(bytes), FileFormatError, "expected 2 to 62 bytes");
  }
  view.setBigUint64(0, 100_000_001n, true);
  const large = { ...memoryByteSource("x", bytes), size: 2 ** 40, path: "x" };
  large.readInto = memoryByteSource("x", bytes).readInto.bind(memoryByteSource("x", bytes));
  large[Symbol.asyncDispose] = () => Promise.resolve();
  await assertRejects(() => openSafetensorsSource(large), FileFormatError, "2 to 100000000 bytes");
});

for (const length of [0, 7]) {
  Deno.test(`openSafetensors() refuses a file of ${length} bytes`, async () => {
    await assertRejects(() => open(new Uint8Array(length)), FileFormatError, "expected 8 bytes");
  });
}

Deno.test("openSafetensors() takes legal odd files: no tensors, blanks, empty tensors, odd names", async () => {
  assertEquals((await open(safetensorsBytes("{}", 0))).tensors.size, 0);
  const empty = '"":{"dtype":"F64","shape":[0,9007199254740],"data_offsets":[8,8]}';
  const proto = '"__proto__":{"dtype":"BOOL","shape":[],"data_offsets":[12,13]}';
  const file = await open(safetensorsBytes(`{ ${B} ,${proto},${empty},\n${A}}  `, 13));
  assertEquals([...file.tensors.keys()], ["a", "", "b", "__proto__"]);
  assertEquals(file.tensors.get("__proto__")?.shape, []);
});

Deno.test("openSafetensors() cuts long names in its messages", async () => {
  const header = `{"${"n".repeat(1_000_000)}":1}`;
  const error = await assertRejects(() => open(safetensorsBytes(header, 0)), FileFormatError);
  assertEquals(error.message.length < 300, true);
});
