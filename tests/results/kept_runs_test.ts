import { assertEquals, assertRejects } from "@std/assert";
import { COMBINED, readResults } from "../../lib/results/combined_files.ts";
import { openStore } from "../../lib/results/store.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { tempFolder } from "../io/helpers.ts";
import { sampleId, sampleResult } from "./samples.ts";

async function fill(folder: string, indices: readonly number[]): Promise<void> {
  using store = await openStore(folder);
  for (const index of indices) await store.add(sampleResult(index));
  await store.combine();
}

/** A folder of results as a checkout has it: without files of single runs. */
async function checkout(folder: string): Promise<void> {
  await fill(folder, [0, 1]);
  await Deno.remove(`${folder}/runs`, { recursive: true });
}

async function bytesOf(folder: string): Promise<(Uint8Array | undefined)[]> {
  return await Promise.all(
    COMBINED.map((name) => Deno.readFile(`${folder}/${name}`).catch(() => undefined)),
  );
}

for (const name of COMBINED) {
  for (const harm of ["missing", "cut"] as const) {
    Deno.test(`results that came with the project are not written over where ${name} is ${harm}`, async () => {
      await using folder = await tempFolder();
      await checkout(folder.path);
      const path = `${folder.path}/${name}`;
      if (harm === "missing") await Deno.remove(path);
      else await Deno.truncate(path, 1000);
      const before = await bytesOf(folder.path);
      const error = await assertRejects(() => fill(folder.path, [2]), FileFormatError);
      assertEquals([error.path, error.remedy?.includes("git checkout")], [path, true]);
      assertEquals(await bytesOf(folder.path), before);
    });
  }

  Deno.test(`results that came with the project survive a process killed before it wrote ${name}`, async () => {
    await using folder = await tempFolder();
    await checkout(folder.path);
    const before = await Deno.readFile(`${folder.path}/${name}`);
    await fill(folder.path, [2]);
    const whole = await readResults(folder.path);
    assertEquals(whole.runs.length, 3);
    await Deno.writeFile(`${folder.path}/${name}`, before);
    await fill(folder.path, []);
    assertEquals(await readResults(folder.path), whole);
  });
}

Deno.test("copies of runs that were done since are removed", async () => {
  await using folder = await tempFolder();
  await checkout(folder.path);
  await fill(folder.path, [2]);
  const copies = async () =>
    (await Array.fromAsync(Deno.readDir(`${folder.path}/runs/elsewhere`)))
      .map(({ name }) => name).sort();
  const files = (index: number) =>
    [".arrow", ".curve.arrow", ".layers.arrow"].map((end) => `${sampleId(index)}${end}`);
  assertEquals(await copies(), [...files(0), ...files(1)].sort());
  await fill(folder.path, [1]);
  assertEquals(await copies(), files(0));
});
