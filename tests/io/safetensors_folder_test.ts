import { assertEquals, assertRejects } from "@std/assert";
import { FileFormatError } from "../../lib/io/errors.ts";
import { openSafetensorsFolder } from "../../lib/io/safetensors_folder.ts";
import { writeSafetensors } from "../../lib/io/safetensors_write.ts";
import { tempFolder } from "./helpers.ts";

function u8(name: string, value: number) {
  return { name, dtype: "U8", shape: [1], data: Uint8Array.of(value) } as const;
}

async function shardedFolder(folder: string, weightMap: Record<string, string>): Promise<void> {
  await writeSafetensors(`${folder}/s1.safetensors`, [u8("a", 1), u8("b", 2)]);
  await writeSafetensors(`${folder}/s2.safetensors`, [u8("c", 3), u8("unlisted", 4)]);
  const index = { metadata: { total_size: 3, note: "x" }, weight_map: weightMap };
  await Deno.writeTextFile(`${folder}/model.safetensors.index.json`, JSON.stringify(index));
}

Deno.test("openSafetensorsFolder() reads shards as one file, by the index", async () => {
  await using folder = await tempFolder();
  await shardedFolder(folder.path, {
    c: "s2.safetensors",
    a: "s1.safetensors",
    b: "s1.safetensors",
  });
  await using file = await openSafetensorsFolder(folder.path);
  assertEquals([...file.tensors.keys()], ["c", "a", "b"]);
  assertEquals(file.metadata, new Map([["total_size", "3"], ["note", "x"]]));
  const values = await Promise.all(["a", "b", "c"].map((name) => file.read(name)));
  assertEquals(values.map(([value]) => value), [1, 2, 3]);
  const target = new Uint8Array(1);
  await file.readInto("c", target);
  assertEquals(target[0], 3);
  assertEquals(file.tensors.get("c")?.path, `${folder.path}/s2.safetensors`);
  await assertRejects(() => file.read("unlisted"), RangeError, 'No tensor "unlisted"');
});

Deno.test("openSafetensorsFolder() prefers the single file", async () => {
  await using folder = await tempFolder();
  await shardedFolder(folder.path, { a: "s1.safetensors" });
  await writeSafetensors(`${folder.path}/model.safetensors`, [u8("only", 9)]);
  await using file = await openSafetensorsFolder(folder.path);
  assertEquals([...file.tensors.keys()], ["only"]);
});

Deno.test("openSafetensorsFolder() says which files it looked for", async () => {
  await using folder = await tempFolder();
  const missing = "expected model.safetensors or model.safetensors.index.json";
  await assertRejects(() => openSafetensorsFolder(folder.path), Deno.errors.NotFound, missing);
});

for (
  const [what, shard, message] of [
    ["a missing shard", "s3.safetensors", 'shard "s3.safetensors" beside the index, found no such'],
    ["a tensor in another shard", "s2.safetensors", 'tensor "a": expected a tensor of'],
    ["a parent folder", "../s1.safetensors", 'found "../s1.safetensors"'],
    ["a sub-folder", "x/s1.safetensors", "a file name ending in"],
    ["a back slash", "..\\s1.safetensors", "a file name ending in"],
    ["a URL", "https://x.org/s1.safetensors", "a file name ending in"],
    ["a drive", "C:s1.safetensors", "a file name ending in"],
    ["another kind of file", "s1.bin", "a file name ending in"],
    ["an empty name", "", "a file name ending in"],
  ] as const
) {
  Deno.test(`openSafetensorsFolder() refuses ${what} in the index`, async () => {
    await using folder = await tempFolder();
    await shardedFolder(folder.path, { c: "s2.safetensors", a: shard });
    await assertRejects(() => openSafetensorsFolder(folder.path), FileFormatError, message);
  });
}

for (
  const [what, text, message] of [
    ["no weight_map", "{}", "weight_map with tensors"],
    ["equal names", '{"weight_map":{"a":"s1.safetensors","a":"s1.safetensors"}}', '"a" twice'],
    ["no JSON", "<html>", "found"],
    ["a number for a shard", '{"weight_map":{"a":1}}', "index at byte 19: expected a string"],
  ] as const
) {
  Deno.test(`openSafetensorsFolder() refuses an index with ${what}`, async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(`${folder.path}/model.safetensors.index.json`, text);
    await assertRejects(() => openSafetensorsFolder(folder.path), FileFormatError, message);
  });
}
