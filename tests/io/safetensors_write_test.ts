import { assert, assertEquals, assertRejects } from "@std/assert";
import { openSafetensors } from "../../lib/io/safetensors.ts";
import { SAFETENSORS_DTYPES, safetensorsByteLength } from "../../lib/io/safetensors_dtypes.ts";
import { type TensorSource, writeSafetensors } from "../../lib/io/safetensors_write.ts";
import { fixture, tempFolder } from "./helpers.ts";
import { patternBytes } from "./safetensors_samples.ts";

const EVERY_DTYPE: TensorSource[] = SAFETENSORS_DTYPES.map((dtype) => {
  const shape = [3, 4];
  const data = patternBytes(safetensorsByteLength(dtype, shape), dtype);
  return { name: `x.${dtype}`, dtype, shape, data };
});

Deno.test("writeSafetensors() and read() keep every element type bit by bit", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.safetensors`;
  const odd: TensorSource[] = [
    { name: "__proto__", dtype: "F32", shape: [], data: Uint8Array.of(1, 2, 3, 4) },
    { name: "0", dtype: "U8", shape: [0, 5], data: new Uint8Array(0) },
  ];
  const metadata = new Map([["__proto__", "é"], ["1", "\n"]]);
  await writeSafetensors(path, [...EVERY_DTYPE, ...odd], { metadata });
  await using file = await openSafetensors(path);
  assertEquals(file.metadata, new Map([["1", "\n"], ["__proto__", "é"]]));
  assertEquals(file.tensors.size, EVERY_DTYPE.length + 2);
  for (const { name, dtype, shape, data } of [...EVERY_DTYPE, ...odd]) {
    assertEquals(file.tensors.get(name)?.dtype, dtype);
    assertEquals(file.tensors.get(name)?.shape, shape);
    assertEquals(await file.read(name), data);
  }
});

Deno.test("writeSafetensors() writes the same bytes as Python's safetensors, whatever the order", async () => {
  await using folder = await tempFolder();
  await using python = await openSafetensors(fixture("python.safetensors"));
  const path = `${folder.path}/a.safetensors`;
  const tensors = [...python.tensors.values()].toSorted((a, b) => a.name.length - b.name.length)
    .map(({ name, dtype, shape }) => ({ name, dtype, shape, data: () => python.read(name) }));
  const expected = await Deno.readFile(fixture("python.safetensors"));
  for (const order of [tensors, tensors.toReversed()]) {
    await writeSafetensors(path, order, { metadata: python.metadata });
    assertEquals(await Deno.readFile(path), expected);
  }
});

Deno.test("writeSafetensors() aligns every tensor to its element size", async () => {
  await using folder = await tempFolder();
  for (const name of ["a", "ab", "abc", "abcdefgh"]) {
    const path = `${folder.path}/${name}.safetensors`;
    await writeSafetensors(path, [
      { name: "u8", dtype: "U8", shape: [3], data: new Uint8Array(3) },
      { name, dtype: "F64", shape: [1], data: new Uint8Array(8) },
    ]);
    await using file = await openSafetensors(path);
    assertEquals((file.tensors.get(name)?.begin ?? 1) % 8, 0);
  }
});

Deno.test("writeSafetensors() asks for one tensor at a time", async () => {
  await using folder = await tempFolder();
  let held = 0;
  const tensors = Array.from({ length: 5 }, (_, i): TensorSource => ({
    name: `${i}`,
    dtype: "U8",
    shape: [10],
    data: async () => {
      assertEquals(++held, 1);
      await Promise.resolve();
      held--;
      return new Uint8Array(10).fill(i);
    },
  }));
  await writeSafetensors(`${folder.path}/a.safetensors`, tensors);
  await using file = await openSafetensors(`${folder.path}/a.safetensors`);
  assertEquals(await file.read("3"), new Uint8Array(10).fill(3));
});

const GOOD: TensorSource = { name: "a", dtype: "F32", shape: [2], data: new Uint8Array(8) };

for (
  const [what, tensors, message] of [
    ["equal names", [GOOD, GOOD], 'two tensors of one name: "a"'],
    ["the reserved name", [{ ...GOOD, name: "__metadata__" }], '"__metadata__"'],
    ["half a surrogate pair", [{ ...GOOD, name: "\ud800" }], "\\ud800"],
    ["a wrong length", [{ ...GOOD, shape: [3] }], 'tensor "a" must have 12 bytes for F32 [3]'],
    ["a wrong length of late data", [{ ...GOOD, data: () => new Uint8Array(9) }], "length is 9"],
    ["a fractional size", [{ ...GOOD, shape: [0.5] }], 'Cannot write tensor "a"'],
    ["half a byte", [{ ...GOOD, dtype: "F4", shape: [1] }], "whole bytes"],
    ["an unknown type", [{ ...GOOD, dtype: "F31" as "F32" }], "current value is F31"],
  ] as [string, TensorSource[], string][]
) {
  Deno.test(`writeSafetensors() refuses ${what} and leaves no file`, async () => {
    await using folder = await tempFolder();
    const path = `${folder.path}/a.safetensors`;
    await assertRejects(() => writeSafetensors(path, tensors), RangeError, message);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  });
}

const PYTHON = Deno.env.get("PYTHON") ?? "python3";

async function runPython(...args: string[]): Promise<{ code: number; stdout: string }> {
  try {
    const { code, stdout } = await new Deno.Command(PYTHON, { args, stderr: "null" }).output();
    return { code, stdout: new TextDecoder().decode(stdout) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { code: 127, stdout: "" };
    throw error;
  }
}

const noPython = (await runPython("-c", "import safetensors")).code !== 0;

Deno.test({
  name: "writeSafetensors() writes files that Python's safetensors reads bit by bit" +
    (noPython ? ` (${PYTHON} has no module safetensors; set PYTHON to one that has)` : ""),
  ignore: noPython,
  fn: async () => {
    await using folder = await tempFolder();
    const path = `${folder.path}/a.safetensors`;
    await writeSafetensors(path, EVERY_DTYPE);
    const { code, stdout } = await runPython(fixture("read_safetensors.py"), path);
    assertEquals(code, 0);
    const read = new Map(Object.entries(JSON.parse(stdout)));
    assertEquals(read.size, EVERY_DTYPE.length);
    for (const { name, dtype, shape, data } of EVERY_DTYPE) {
      assert(data instanceof Uint8Array);
      assertEquals(read.get(name), { dtype, shape, hex: data.toHex() });
    }
  },
});
