import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { openCheckpoint } from "../../../lib/train/checkpoint/open_checkpoint.ts";
import { lockCheckpoints } from "../../../lib/train/checkpoint/lock_checkpoints.ts";
import { saveCheckpoint } from "../../../lib/train/checkpoint/save_checkpoint.ts";
import { tempFolder } from "../../io/helpers.ts";
import { assertSampleAt, namesIn, sampleOptions, saveSamples } from "./samples.ts";

const uuid = "01234567-89ab-cdef-0123-456789abcdef";

Deno.test("saveCheckpoint() and openCheckpoint() give every field and bit back", async () => {
  await using folder = await tempFolder();
  const [saved] = await saveSamples(folder.path, [30]);
  assert(saved);
  assertEquals(saved.path, join(folder.path, "step-00000030"));
  assertEquals(saved.notices, []);
  await assertSampleAt(saved.path, 30);
  assertEquals(await namesIn(saved.path), ["checkpoint.json", "state.safetensors"]);
  const sizes = (await namesIn(saved.path)).map((name) =>
    Deno.statSync(join(saved.path, name)).size
  );
  assertEquals(saved.bytes, sizes.reduce((a, b) => a + b));
});

Deno.test("saveCheckpoint() keeps NaN payloads, signed zeros and other types bit by bit", async () => {
  await using folder = await tempFolder();
  const words = Uint32Array.of(0x7fc00001, 0xffa00123, 0x80000000, 1, 0x7f800000);
  const integers = new Uint8Array(BigInt64Array.of(-1n, 2n ** 62n).buffer);
  using locked = await lockCheckpoints(folder.path);
  const { path } = await saveCheckpoint(locked, {
    ...sampleOptions(1),
    tensors: [
      { name: "odd", shape: [5], read: () => new Float32Array(words.buffer) },
      { name: "part", shape: [], read: () => new Float32Array(words.buffer).subarray(3, 4) },
      { name: "count", shape: [2, 1], dtype: "I64", read: () => integers },
      { name: "none", shape: [0, 3], read: () => new Float32Array() },
    ],
  });
  await using checkpoint = await openCheckpoint(path);
  assertEquals(new Uint32Array((await checkpoint.read("odd")).buffer), words);
  assertEquals(new Uint32Array((await checkpoint.read("part")).buffer), Uint32Array.of(1));
  assertEquals(await checkpoint.readBytes("count"), integers);
  assertEquals(checkpoint.tensors.get("count")?.shape, [2, 1]);
  assertEquals((await checkpoint.read("none")).length, 0);
  await assertRejects(() => checkpoint.read("count"), RangeError, "current value is I64");
});

Deno.test("saveCheckpoint() holds one tensor at a time", async () => {
  await using folder = await tempFolder();
  let open = 0;
  let most = 0;
  const options = sampleOptions(1);
  const tensors = options.tensors.map((tensor) => ({
    ...tensor,
    async read() {
      most = Math.max(most, ++open);
      const values = await tensor.read();
      open--;
      return values;
    },
  }));
  using locked = await lockCheckpoints(folder.path);
  await saveCheckpoint(locked, { ...options, tensors });
  assertEquals(most, 1);
});

Deno.test("saveCheckpoint() keeps the newest two, and gives each the same bytes for the same state", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [10, 20, 30, 40]);
  assertEquals(await namesIn(folder.path), ["step-00000030", "step-00000040"]);
  await using other = await tempFolder();
  await saveSamples(other.path, [40]);
  const file = "step-00000040/state.safetensors";
  assertEquals(
    await Deno.readFile(join(folder.path, file)),
    await Deno.readFile(join(other.path, file)),
  );
});

Deno.test("saveCheckpoint() never writes over a folder of its step, and the last one counts", async () => {
  await using folder = await tempFolder();
  const saved = await saveSamples(folder.path, [30, 30, 30], { keep: 3 });
  const names = ["step-00000030", "step-00000030.2", "step-00000030.3"];
  assertEquals(saved.map(({ path }) => path), names.map((name) => join(folder.path, name)));
  await saveSamples(folder.path, [30], { keep: 1 });
  assertEquals(await namesIn(folder.path), ["step-00000030.4"]);
});

Deno.test("saveCheckpoint() removes neither newer checkpoints, damaged ones, nor what is not ours", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [10, 20, 30, 40, 99], { keep: 9 });
  const at = (name: string) => join(folder.path, name);
  await Deno.truncate(at("step-00000020/state.safetensors"), 50);
  await Deno.writeTextFile(at("step-00000010/notes.txt"), "mine");
  await Deno.mkdir(at("step-00000005"));
  await Deno.mkdir(at("step-5"));
  await Deno.mkdir(at(".step-00000005.tmp"));
  await Deno.writeTextFile(at(`.step-00000005.${uuid}.tmp`), "a file");
  const [saved] = await saveSamples(folder.path, [50], { keep: 2 });
  assertEquals(await namesIn(folder.path), [
    `.step-00000005.${uuid}.tmp`,
    ".step-00000005.tmp",
    "step-00000005",
    "step-00000010",
    "step-00000020",
    "step-00000040",
    "step-00000050",
    "step-00000099",
    "step-5",
  ]);
  assertEquals(saved?.notices, [
    `The old checkpoint ${JSON.stringify(at("step-00000010"))} was not removed: ` +
    "other files lie in its folder",
  ]);
  assertEquals(await Deno.readTextFile(at("step-00000010/notes.txt")), "mine");
});

Deno.test("saveCheckpoint() removes what died saves and removals left, but for folders with other files", async () => {
  await using folder = await tempFolder();
  const at = (name: string) => join(folder.path, name);
  const temporary = `.step-00000010.${uuid}.tmp`;
  const old = `.step-00000004.${uuid}.old`;
  const foreign = `.step-00000005.${uuid}.tmp`;
  for (const name of [temporary, old, foreign]) await Deno.mkdir(at(name));
  await Deno.writeTextFile(at(`${temporary}/state.safetensors.12-${uuid}.tmp`), "half");
  await Deno.writeTextFile(at(`${old}/state.safetensors`), "x");
  await Deno.writeTextFile(at(`${foreign}/state.safetensors`), "x");
  await Deno.writeTextFile(at(`${foreign}/thesis.txt`), "x");
  const [saved] = await saveSamples(folder.path, [20]);
  assertEquals(await namesIn(folder.path), [foreign, "step-00000020"]);
  assertEquals(await namesIn(at(foreign)), ["state.safetensors", "thesis.txt"]);
  assertEquals(saved?.notices.length, 1);
});

Deno.test("saveCheckpoint() leaves nothing behind when a tensor cannot be read", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [10]);
  const options = sampleOptions(20);
  const broken = { name: "z", shape: [1], read: () => Promise.reject(new Error("device lost")) };
  using locked = await lockCheckpoints(folder.path);
  await assertRejects(
    () => saveCheckpoint(locked, { ...options, tensors: [...options.tensors, broken] }),
    Error,
    "device lost",
  );
  assertEquals(await namesIn(folder.path), ["step-00000010"]);
  await assertSampleAt(join(folder.path, "step-00000010"), 10);
});

const wrong: [string, Partial<ReturnType<typeof sampleOptions>>, string][] = [
  ["step", { step: -1 }, "'step' must be an integer from 0: current value is -1"],
  ["seed", { seed: 0.5 }, "'seed' must be an integer from 0: current value is 0.5"],
  ["keep", { keep: 0 }, "'keep' must be an integer from 1: current value is 0"],
  ["position", { position: NaN }, "'position' must be a finite number"],
  ["configuration", { configuration: { a: undefined } }, "'a' must be a value that JSON can hold"],
  ["long configuration", { configuration: { a: "x".repeat(1 << 20) } }, "must fit 1048576 bytes"],
  [
    "length of a tensor",
    { tensors: [{ name: "a", shape: [2], read: () => new Float32Array(3) }] },
    'Data of tensor "a" must have 8 bytes for F32 [2]: current length is 12',
  ],
  [
    "type of a tensor",
    { tensors: [{ name: "a", shape: [2], dtype: "I32", read: () => new Float32Array(2) }] },
    'Tensor "a" must give raw bytes for I32: current value is Float32Array',
  ],
  [
    "shape of a tensor",
    { tensors: [{ name: "a", shape: [-2], read: () => new Float32Array(2) }] },
    'Cannot write tensor "a"',
  ],
];
for (const [what, change, message] of wrong) {
  Deno.test(`saveCheckpoint() refuses a wrong value and writes nothing: ${what}`, async () => {
    await using folder = await tempFolder();
    using locked = await lockCheckpoints(folder.path);
    const options = { ...sampleOptions(1), ...change };
    await assertRejects(() => saveCheckpoint(locked, options), RangeError, message);
    assertEquals(await namesIn(folder.path), []);
  });
}
