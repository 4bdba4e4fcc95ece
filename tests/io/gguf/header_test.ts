import { assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { type ByteSource, memoryByteSource } from "../../../lib/io/byte_source.ts";
import { FileFormatError } from "../../../lib/io/errors.ts";
import { type GgufFile, openGgufSource } from "../../../lib/io/gguf.ts";
import { arr, buildGguf, floats, type RawGguf, str, text, u32, u64 } from "./build_gguf.ts";

function open(file: RawGguf): Promise<GgufFile> {
  return openGgufSource(memoryByteSource("x.gguf", buildGguf(file)));
}

const A = { name: "a", sizes: [2, 3], type: 0, data: floats(1, 2, 3, 4, 5, 6) };
const B = { name: "b", sizes: [1], type: 0, data: floats(7) };
const U8 = Uint8Array.of(1);

Deno.test("openGguf() reads versions 2 and 3 with any alignment, and reverses the sizes", async () => {
  for (const [version, alignment] of [[2, 32], [3, 8], [3, 256]] as const) {
    const metadata = [["general.alignment", u32(alignment)]] as const;
    await using file = await open({ version, alignment, metadata, tensors: [A, B] });
    assertEquals(file.version, version);
    assertEquals(file.tensors.get("a")?.shape, [3, 2]);
    assertEquals(await file.readFloats("a"), Float32Array.of(1, 2, 3, 4, 5, 6));
    assertEquals(await file.readFloats("b"), Float32Array.of(7));
  }
});

Deno.test("openGguf() takes legal odd files: nothing in it, empty tensors, a single number, arrays of arrays", async () => {
  assertEquals((await open({})).tensors.size, 0);
  const empty = { name: "e", sizes: [32, 0], type: 2, data: new Uint8Array(0) };
  const single = { name: "", sizes: [], type: 0, data: floats(5) };
  const inner = arr(4, [u32(1).bytes, u32(2).bytes]).bytes;
  const file = await open({ tensors: [A, empty, single], metadata: [["n", arr(9, [inner])]] });
  assertEquals(await file.readFloats("e"), new Float32Array(0));
  assertEquals(await file.readFloats(""), Float32Array.of(5));
  assertEquals(file.tensors.get("")?.shape, []);
  assertEquals(file.metadata.get("n"), [Uint32Array.of(1, 2)]);
});

const nested = [1, 2, 3, 4, 5].reduce((inner) => arr(9, [inner.bytes]), arr(0, [U8]));

const BAD: readonly (readonly [string, RawGguf, string])[] = [
  ["another magic", { magic: "GGML" }, 'magic at byte 0: expected "GGUF", found 0x4c4d4747'],
  ["version 1", { version: 1 }, "version at byte 4: expected 2 or 3, found 1"],
  ["version 4", { version: 4 }, "expected 2 or 3, found 4"],
  ["a big-endian file", { version: 0x03000000 }, "expected little-endian, found big-endian"],
  [
    "too many tensors",
    { tensorCount: 2n ** 63n },
    "tensor count at byte 8: expected tensor count of at most 1",
  ],
  [
    "too many metadata",
    { metadataCount: 9n },
    "metadata count at byte 16: expected metadata count of at most 1",
  ],
  [
    "metadata that end too early",
    { metadataCount: 1n, metadata: [] },
    "metadata 0 at byte 24: expected 8 more bytes, found 0 in the file",
  ],
  ["an empty key", { metadata: [["", u32(1)]] }, "metadata 0 at byte 24: expected a key"],
  ["equal keys", { metadata: [["k", u32(1)], ["k", u32(2)]] }, 'found "k" twice'],
  [
    "an unknown value type",
    { metadata: [["k", { type: 13, bytes: U8 }]] },
    'metadata "k" at byte 33: expected a value type from 0 to 12, found 13',
  ],
  [
    "an unknown item type",
    { metadata: [["k", arr(13, [U8])]] },
    "expected a value type from 0 to 12, found 13",
  ],
  [
    "a truth value of 2",
    { metadata: [["k", { type: 7, bytes: Uint8Array.of(2) }]] },
    "expected a truth value of 0 or 1, found 2",
  ],
  [
    "a long text",
    { metadata: [["k", u64(0n)], ["s", { type: 8, bytes: u64(2n ** 40n).bytes }]] },
    'metadata "s" at byte 58: expected text length of at most 0, found 1099511627776',
  ],
  ["text that is not UTF-8", {
    metadata: [["k", { type: 8, bytes: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff) }]],
  }, 'metadata "k" at byte 45: expected UTF-8'],
  [
    "a long array of numbers",
    { metadata: [["k", arr(12, [], 2 ** 50)]] },
    'metadata "k" at byte 41: expected length of at most 0, found 1125899906842624',
  ],
  [
    "a long array of texts",
    { metadata: [["k", arr(8, [text("a")], 2)]] },
    "expected length of at most 1, found 2",
  ],
  ["arrays in arrays without end", { metadata: [["k", nested]] }, "expected at most 4 arrays deep"],
  [
    "an alignment of 0",
    { metadata: [["general.alignment", u32(0)]] },
    "general.alignment at byte 57: expected a power of two",
  ],
  ["an alignment of 48", { metadata: [["general.alignment", u32(48)]] }, 'found "48"'],
  [
    "an alignment that is text",
    { metadata: [["general.alignment", str("32")]] },
    "expected a power of two",
  ],
  [
    "five sizes",
    { tensors: [{ ...A, sizes: [1, 1, 1, 1, 6] }] },
    'tensor "a" at byte 24: expected at most 4 sizes, found 5',
  ],
  [
    "an unknown tensor type",
    { tensors: [{ ...A, type: 4 }] },
    'tensor "a" at byte 53: expected a known tensor type, found 4',
  ],
  [
    "sizes that overflow",
    { tensors: [{ ...A, sizes: [2 ** 40, 2 ** 40] }] },
    "at most 2^53 - 1 elements",
  ],
  [
    "a size above 2^53",
    { tensors: [{ ...A, sizes: [2n ** 63n] }] },
    "size of at most 9007199254740991",
  ],
  [
    "part of a block",
    { tensors: [{ ...A, type: 8, sizes: [48] }] },
    "rows of whole blocks of 32, found rows of 48",
  ],
  [
    "a tensor longer than the file",
    { tensors: [{ ...A, sizes: [7] }] },
    'tensor "a" at byte 24: expected its end within the file, 88, found 92',
  ],
  [
    "an offset behind the file",
    { tensors: [{ ...A, offset: 2n ** 52n }] },
    "expected its end within the file",
  ],
  ["an offset above 2^53", { tensors: [{ ...A, offset: 2n ** 63n }] }, "offset of at most"],
  [
    "an offset between alignments",
    { tensors: [{ ...A, sizes: [1], offset: 4n }] },
    "expected an offset that 32 divides, found 4",
  ],
  [
    "tensors that overlap",
    { tensors: [A, { ...B, offset: 0n, sizes: [2] }] },
    "found an overlap: its first byte at 128",
  ],
  ["equal names", { tensors: [A, { ...B, name: "a" }] }, '"a" twice'],
  ["a long name", { tensors: [{ ...A, name: "n".repeat(257) }] }, "text length of at most 256"],
];

for (const [what, file, message] of BAD) {
  Deno.test(`openGguf() refuses ${what}`, async () => {
    await assertRejects(() => open(file), FileFormatError, message);
  });
}

Deno.test("openGguf() refuses every cut of a file", async () => {
  const bytes = buildGguf({ metadata: [["k", str("v")]], tensors: [A] });
  for (let length = 0; length < bytes.length; length++) {
    const source = memoryByteSource("x.gguf", bytes.subarray(0, length));
    await assertRejects(() => openGgufSource(source), FileFormatError);
  }
});

/** A file of any size that is zero behind its first bytes; counts what is read. */
function sparse(bytes: Uint8Array, size: number): ByteSource & { read: number } {
  const source = {
    path: "large.gguf",
    size,
    read: 0,
    readInto(target: Uint8Array, offset: number) {
      source.read += target.length;
      target.set(bytes.subarray(offset, offset + target.length));
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return source;
}

Deno.test("openGguf() reads a header longer than its first read", async () => {
  const long = str("x".repeat(9 << 20));
  const bytes = buildGguf({ metadata: [["k", long]], tensors: [A] });
  const source = sparse(bytes, bytes.length);
  await using file = await openGgufSource(source);
  assertEquals(await file.readFloats("a"), Float32Array.of(1, 2, 3, 4, 5, 6));
});

Deno.test("openGguf() reads at most 104 MiB of a hostile file of a terabyte", async () => {
  const arrays = arr(12, [], 2 ** 36).bytes;
  const bytes = buildGguf({ metadata: [["k", { type: 9, bytes: arrays }]] });
  const source = sparse(bytes, 2 ** 40);
  await assertRejects(
    () => openGgufSource(source),
    FileFormatError,
    "its end within 67108864 bytes",
  );
  assertLessOrEqual(source.read, 104 << 20);
});

Deno.test("openGguf() bounds the number of values, which take more memory than bytes", async () => {
  const bytes = buildGguf({ metadata: [["k", arr(7, [], 10_000_000)]] });
  const source = sparse(bytes, 20_000_000);
  await assertRejects(() => openGgufSource(source), FileFormatError, "at most 8000000 values");
});
