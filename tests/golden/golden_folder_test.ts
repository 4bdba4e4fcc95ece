import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { TensorSource } from "../../lib/io/safetensors_write.ts";
import { openGoldenFolder, readCase } from "./golden_folder.ts";
import { GoldenFolderError } from "./golden_folder_error.ts";
import { floats, ROUND_CASE, ROUND_TENSORS, sampleFolder } from "./golden_samples.ts";

const [X, Y] = ROUND_CASE.tensors as [object, object];

async function openProblem(manifest: string | readonly object[]): Promise<string> {
  await using folder = await sampleFolder(manifest);
  const { message } = await assertRejects(() => openGoldenFolder(folder.path), GoldenFolderError);
  return message;
}

async function readProblem(
  goldenCase: object,
  files: Record<string, readonly TensorSource[]>,
): Promise<string> {
  await using sample = await sampleFolder([goldenCase], files);
  const folder = await openGoldenFolder(sample.path);
  const { message } = await assertRejects(
    () => readCase(folder, folder.cases[0]!),
    GoldenFolderError,
  );
  return message;
}

Deno.test("readCase() gives the values of inputs and results with their ways of comparison", async () => {
  await using sample = await sampleFolder([ROUND_CASE], { [ROUND_CASE.file]: ROUND_TENSORS });
  const folder = await openGoldenFolder(sample.path);
  const tensors = await readCase(folder, folder.cases[0]!);
  assertEquals([...tensors.keys()], ["in.x", "out.y"]);
  assertEquals(tensors.get("in.x")?.values, Float32Array.of(0.5, 1.5, -2.5, 3.4));
  assertEquals(tensors.get("in.x")?.comparison, undefined);
  assertEquals(tensors.get("out.y")?.comparison, { kind: "exact" });
});

Deno.test("readCase() widens halves, bfloat16 and small integers to their values", async () => {
  const types = {
    F16: "float16",
    BF16: "bfloat16",
    I8: "int8",
    U8: "uint8",
    I64: "int64",
  } as const;
  const data = {
    F16: new Uint8Array(Float16Array.of(0.5, -65504).buffer),
    BF16: new Uint8Array(Uint16Array.of(0x3f80, 0xc000).buffer),
    I8: new Uint8Array(Int8Array.of(-128, 127).buffer),
    U8: Uint8Array.of(0, 255),
    I64: new Uint8Array(BigInt64Array.of(-5n, 7n).buffer),
  };
  const names = Object.keys(types) as (keyof typeof types)[];
  await using sample = await sampleFolder([{
    ...ROUND_CASE,
    tensors: names.map((name) => ({ name: `in.${name}`, dtype: types[name], shape: [2] })),
  }], {
    [ROUND_CASE.file]: names.map((dtype) => ({
      name: `in.${dtype}`,
      dtype,
      shape: [2],
      data: data[dtype],
    })),
  });
  const folder = await openGoldenFolder(sample.path);
  const tensors = await readCase(folder, folder.cases[0]!);
  const values = names.map((name) => [...tensors.get(`in.${name}`)!.values]);
  assertEquals(values, [[0.5, -65504], [1, -2], [-128, 127], [0, 255], [-5, 7]]);
});

Deno.test("openGoldenFolder() says that a folder without manifest is none", async () => {
  const { message } = await assertRejects(
    () => openGoldenFolder("no/such/folder"),
    GoldenFolderError,
  );
  assertStringIncludes(message, "no/such/folder/manifest.json: there is no such file");
});

Deno.test("openGoldenFolder() names the field that is malformed", async (t) => {
  const tensor = (change: object) => [{ ...ROUND_CASE, tensors: [X, { ...Y, ...change }] }];
  const malformed: Record<string, [string | readonly object[], string]> = {
    "text that is not JSON": ['{"cases": [', "it is not JSON"],
    "a manifest that is an array": ["[]", "the manifest: expected an object, found []"],
    "no cases": ["{}", "cases: expected an array, found nothing"],
    "a case that is a number": ['{"cases": [7]}', "cases[0]: expected an object, found 7"],
    "a case without a name": [[{ ...ROUND_CASE, name: "" }], "cases[0].name: expected a text"],
    "two cases of one name": [[ROUND_CASE, ROUND_CASE], "cases[1].name: expected a new name"],
    "a file in another folder": [
      [{ ...ROUND_CASE, file: "../01-round.safetensors" }],
      "cases[0].file: expected a .safetensors file name without folders",
    ],
    "attributes that are an array": [
      [{ ...ROUND_CASE, attributes: [] }],
      "cases[0].attributes: expected an object",
    ],
    "two tensors of one name": [
      [{ ...ROUND_CASE, tensors: [X, X] }],
      'cases[0].tensors: expected names that differ, found "in.x"',
    ],
    "a tensor that is no input, result or gradient": [
      tensor({ name: "y" }),
      'cases[0].tensors[1].name: expected in.*, out.* or grad.*, found "y"',
    ],
    "an element type from elsewhere": [
      tensor({ dtype: "toString" }),
      'cases[0].tensors[1].dtype: expected a known element type, found "toString"',
    ],
    "a negative length": [
      tensor({ shape: [-4] }),
      "cases[0].tensors[1].shape[0]: expected an integer from 0, found -4",
    ],
    "no way of comparison": [
      tensor({ compare: undefined }),
      'cases[0].tensors[1].compare: expected "exact" or "close", found nothing',
    ],
    "a tolerance below zero": [
      tensor({ compare: "close", tolerance: -1 }),
      "cases[0].tensors[1].tolerance: expected a number from 0, found -1",
    ],
    "a tolerance that is missing": [
      tensor({ compare: "close" }),
      "cases[0].tensors[1].tolerance: expected a number from 0, found nothing",
    ],
  };
  for (const [what, [manifest, expected]] of Object.entries(malformed)) {
    await t.step(what, async () => assertStringIncludes(await openProblem(manifest), expected));
  }
});

Deno.test("readCase() says that a case's file is missing", async () => {
  assertStringIncludes(
    await readProblem(ROUND_CASE, {}),
    "01-round.safetensors: there is no such file",
  );
});

Deno.test("readCase() says where file and manifest differ", async () => {
  const { file } = ROUND_CASE;
  const [x, y] = ROUND_TENSORS as [TensorSource, TensorSource];
  assertStringIncludes(
    await readProblem(ROUND_CASE, { [file]: [x] }),
    "tensor out.y: the manifest says F32[4], the file has no such tensor",
  );
  assertStringIncludes(
    await readProblem(ROUND_CASE, { [file]: [x, floats("out.y", 1, 2)] }),
    "tensor out.y: the manifest says F32[4], the file has F32[2]",
  );
  assertStringIncludes(
    await readProblem(ROUND_CASE, { [file]: [x, { ...y, dtype: "I32" }] }),
    "tensor out.y: the manifest says F32[4], the file has I32[4]",
  );
});

Deno.test("readCase() refuses a file that is no safetensors file", async () => {
  await using sample = await sampleFolder([ROUND_CASE]);
  await Deno.writeTextFile(`${sample.path}/${ROUND_CASE.file}`, "not tensors at all");
  const folder = await openGoldenFolder(sample.path);
  const { message } = await assertRejects(
    () => readCase(folder, folder.cases[0]!),
    GoldenFolderError,
  );
  assertStringIncludes(message, "header length");
});

Deno.test("readCase() refuses an int64 that does not fit into 32 bits", async () => {
  const tensors = [{ name: "in.x", dtype: "int64", shape: [1] }];
  const data = new Uint8Array(BigInt64Array.of(2n ** 31n).buffer);
  assertStringIncludes(
    await readProblem({ ...ROUND_CASE, tensors }, {
      [ROUND_CASE.file]: [{ name: "in.x", dtype: "I64", shape: [1], data }],
    }),
    "2147483648",
  );
});
