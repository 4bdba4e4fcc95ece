import { assertEquals, assertRejects } from "@std/assert";
import { atomicTarget, writeAtomic, writeFileAtomic } from "../../lib/io/atomic.ts";
import { tempFolder } from "./helpers.ts";

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name).sort();
}

Deno.test("writeFileAtomic() replaces a file and leaves nothing else behind", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.txt`;
  await writeFileAtomic(path, "old");
  await writeFileAtomic(path, "née");
  assertEquals(await Deno.readTextFile(path), "née");
  assertEquals(await names(folder.path), ["a.txt"]);
});

Deno.test("writeAtomic() keeps the old file and removes its own when the writer fails", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.bin`;
  await writeFileAtomic(path, "old");
  await assertRejects(
    () =>
      writeAtomic(path, async (sink) => {
        await sink.write(new Uint8Array(1000));
        assertEquals((await names(folder.path)).length, 2);
        throw new RangeError("stop");
      }),
    RangeError,
    "stop",
  );
  assertEquals(await Deno.readTextFile(path), "old");
  assertEquals(await names(folder.path), ["a.bin"]);
});

Deno.test("writeAtomic() shows the old content until the writer is done", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.bin`;
  await writeFileAtomic(path, "old");
  const written = await writeAtomic(path, async (sink) => {
    await sink.write(Uint8Array.of(1, 2, 3));
    assertEquals(await Deno.readTextFile(path), "old");
    await sink.write(Uint8Array.of(4));
    return sink.position;
  });
  assertEquals(written, 4);
  assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2, 3, 4));
});

Deno.test("writeAtomic() names a missing folder by the system's error", async () => {
  await using folder = await tempFolder();
  await assertRejects(() => writeFileAtomic(`${folder.path}/no/a`, "x"), Deno.errors.NotFound);
});

Deno.test("writeAtomic() removes its file when the target cannot be replaced", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/a`);
  await assertRejects(() => writeFileAtomic(`${folder.path}/a`, "x"));
  assertEquals(await names(folder.path), ["a"]);
});

Deno.test("atomicTarget() knows the siblings that writeAtomic() makes, and no other names", async () => {
  await using folder = await tempFolder();
  const seen = await writeAtomic(`${folder.path}/a.b.txt`, () => names(folder.path));
  assertEquals(seen.map(atomicTarget), ["a.b.txt"]);
  const others = [
    "a.txt",
    "a.txt.tmp",
    "a.txt.1-2.tmp",
    `${seen[0]}x`,
    seen[0]!.slice("a.b.txt".length),
  ];
  assertEquals(others.map(atomicTarget), others.map(() => undefined));
});
