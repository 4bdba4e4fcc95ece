import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { FileFormatError } from "../../lib/io/errors.ts";
import { BLANK_SEAL, SEAL_KEY, sealArrow } from "../../lib/io/arrow/arrow_seal.ts";
import { decodeArrow } from "../../lib/io/arrow/decode_arrow.ts";
import { encodeArrow } from "../../lib/io/arrow/encode_arrow.ts";
import { readResults } from "../../lib/results/combined_files.ts";
import { RUNS } from "../../lib/results/row_format.ts";
import { SchemaVersionError } from "../../lib/results/schema_version_error.ts";
import { openStore } from "../../lib/results/store.ts";
import { tempFolder } from "../io/helpers.ts";
import { sampleId, sampleManifest, sampleResult, sampleRun } from "./samples.ts";

async function fill(folder: string, indices: readonly number[]): Promise<void> {
  using store = await openStore(folder);
  for (const index of indices) await store.add(sampleResult(index));
  await store.combine();
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("a store gives back what was added, also after it was opened again", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/results/quick`;
  await fill(path, [0, 1]);
  using store = await openStore(path);
  assertEquals([store.has(sampleId(0)), store.has(sampleId(2))], [true, false]);
  assertEquals(store.row(sampleId(1)), sampleRun(1));
  assertEquals(await store.read(sampleId(1)), sampleResult(1));
  assertEquals(store.rows().length, 2);
  await assertRejects(() => store.read(sampleId(2)), RangeError, "has none");
});

Deno.test("add() puts a new result in the place of a run's earlier one", async () => {
  await using folder = await tempFolder();
  using store = await openStore(folder.path);
  await store.add(sampleResult(0, { status: "failed", error: "Out of luck" }));
  await store.add({ ...sampleResult(0), curve: [] });
  assertEquals(store.row(sampleId(0))?.status, "done");
  assertEquals((await store.read(sampleId(0))).curve, []);
});

Deno.test("add() refuses parts that do not belong together, and writes nothing", async () => {
  await using folder = await tempFolder();
  using store = await openStore(folder.path);
  const good = sampleResult(0);
  const wrong = [
    { ...good, manifest: sampleManifest(1) },
    { ...good, curve: sampleResult(1).curve },
    { ...good, curve: good.curve.toReversed() },
    { ...good, layers: [...good.layers, ...good.layers] },
    { ...good, run: sampleRun(0, { bits: 0 }) },
  ];
  for (const result of wrong) await assertRejects(() => store.add(result), RangeError);
  assertEquals(await names(`${folder.path}/runs`), []);
  assertEquals(store.has(sampleId(0)), false);
});

Deno.test("combine() writes all runs in the order asked for, the rest by their ids", async () => {
  await using folder = await tempFolder();
  await fill(folder.path, [0, 1, 2, 3]);
  using store = await openStore(folder.path);
  await store.combine({ order: [sampleId(3), "unknown", sampleId(1)] });
  const { runs, curves, layers, manifests } = await readResults(folder.path);
  const order = [3, 1, ...[0, 2].toSorted((a, b) => sampleId(a) < sampleId(b) ? -1 : 1)];
  assertEquals(runs, order.map((index) => sampleRun(index)));
  assertEquals(curves, order.flatMap((index) => sampleResult(index).curve));
  assertEquals(layers, order.flatMap((index) => sampleResult(index).layers));
  assertEquals(manifests.get(sampleId(2)), sampleManifest(2));
});

Deno.test("readResults() says what to do when there is nothing, or files of two times", async () => {
  await using folder = await tempFolder();
  await assertRejects(() => readResults(folder.path), Deno.errors.NotFound, "run the study");
  await fill(folder.path, [0]);
  const curves = await Deno.readFile(`${folder.path}/curves.arrow`);
  await fill(folder.path, [0, 1]);
  await Deno.writeFile(`${folder.path}/curves.arrow`, curves);
  await assertRejects(() => readResults(folder.path), FileFormatError, "written with its file");
});

Deno.test("readResults() says of a cut or damaged file how it is made anew, and that works", async () => {
  await using folder = await tempFolder();
  await fill(folder.path, [0, 1]);
  const expected = await readResults(folder.path);
  for (const name of ["runs.arrow", "curves.arrow", "layers.arrow"]) {
    await Deno.truncate(`${folder.path}/${name}`, 1000);
    const error = await assertRejects(() => readResults(folder.path), FileFormatError);
    assert(error.message.includes(name), error.message);
    assert(error.message.includes("start the sweep of the study again"), error.message);
    await fill(folder.path, []);
    assertEquals(await readResults(folder.path), expected);
  }
});

Deno.test("openStore() sets a run with a damaged, cut or missing file aside, and keeps the others", async () => {
  const damages: ((path: string) => Promise<void>)[] = [
    (path) => Deno.truncate(path, 700),
    (path) => Deno.truncate(path, 0),
    async (path) => {
      const bytes = await Deno.readFile(path);
      bytes[bytes.length >> 1]! ^= 1;
      await Deno.writeFile(path, bytes);
    },
    (path) => Deno.remove(path),
  ];
  for (const part of [".arrow", ".curve.arrow", ".layers.arrow"]) {
    for (const damage of damages) {
      await using folder = await tempFolder();
      await fill(folder.path, [0, 1]);
      await damage(`${folder.path}/runs/${sampleId(0)}${part}`);
      const isGone = part === ".arrow" && damage === damages.at(-1);
      using store = await openStore(folder.path);
      assertEquals([store.has(sampleId(0)), store.has(sampleId(1))], [false, true]);
      assertEquals(store.damaged.map(({ runId }) => runId), isGone ? [] : [sampleId(0)]);
      if (isGone) continue;
      assertInstanceOf(store.damaged[0]?.error, FileFormatError);
      for (const path of store.damaged[0]?.setAside ?? []) {
        assert(path.endsWith(".arrow.damaged") && (await Deno.stat(path)).isFile, path);
      }
      await store.add(sampleResult(0));
      assertEquals(await store.read(sampleId(0)), sampleResult(0));
    }
  }
});

Deno.test("openStore() refuses results of another version, and leaves them as they are", async () => {
  await using folder = await tempFolder();
  await fill(folder.path, [0, 1]);
  const path = `${folder.path}/runs/${sampleId(0)}.arrow`;
  const table = decodeArrow(await Deno.readFile(path), { path });
  const changes = [["qatlab.schema", `runs/${RUNS.version + 1}`], [SEAL_KEY, BLANK_SEAL]] as const;
  const newer = encodeArrow({ ...table, metadata: new Map([...table.metadata, ...changes]) });
  sealArrow(newer);
  await Deno.writeFile(path, newer);
  await Deno.truncate(`${folder.path}/runs/${sampleId(1)}.arrow`, 9);
  const before = await names(`${folder.path}/runs`);
  await assertRejects(() => openStore(folder.path), SchemaVersionError, "use the newer qatlab");
  assertEquals(await names(`${folder.path}/runs`), before);
});

Deno.test("openStore() removes the temporary files of killed processes, and no others", async () => {
  await using folder = await tempFolder();
  await fill(folder.path, [0]);
  const mine = [
    `runs/${sampleId(1)}.arrow.123-${crypto.randomUUID()}.tmp`,
    `runs/${sampleId(1)}.curve.arrow.9-${crypto.randomUUID()}.tmp`,
    `curves.arrow.77-${crypto.randomUUID()}.tmp`,
  ];
  const others = [`runs/notes.tmp`, `runs/x.arrow.1-${crypto.randomUUID()}.tmp`, "runs/a.arrow"];
  for (const name of [...mine, ...others]) await Deno.writeTextFile(`${folder.path}/${name}`, "x");
  using _store = await openStore(folder.path);
  const left = [...await names(folder.path), ...await names(`${folder.path}/runs`)];
  for (const name of mine) assert(!left.includes(name.replace("runs/", "")), name);
  for (const name of others) assert(left.includes(name.replace("runs/", "")), name);
});

Deno.test("a second sweep on one folder is refused, or waits where it says so", async () => {
  await using folder = await tempFolder();
  const first = await openStore(folder.path);
  await assertRejects(
    () => openStore(folder.path),
    Error,
    "another sweep is writing there: wait until it has ended, or choose another folder",
  );
  let waits = 0;
  using _second = await openStore(folder.path, {
    onWait() {
      if (++waits === 2) first[Symbol.dispose]();
    },
  });
  assertEquals(waits, 2);
});

Deno.test("runs of the combined files alone stay there until they are done, or are adopted", async () => {
  await using folder = await tempFolder();
  await fill(folder.path, [0, 1, 2]);
  // What a checkout has.
  await Deno.remove(`${folder.path}/runs`, { recursive: true });
  const shipped = await readResults(folder.path);
  {
    using store = await openStore(folder.path);
    assertEquals(store.rows(), []);
    assertEquals(store.kept, shipped.runs.map(({ run_id }) => run_id));
    await store.add({ ...sampleResult(1), curve: [] });
    await store.combine();
    const { runs, curves, manifests } = await readResults(folder.path);
    assertEquals(runs, shipped.runs);
    assertEquals(curves, shipped.curves.filter(({ run_id }) => run_id !== sampleId(1)));
    assertEquals(manifests, shipped.manifests);
    assertEquals(store.kept.includes(sampleId(1)), false);
  }
  {
    using store = await openStore(folder.path);
    await store.adopt();
    assertEquals(store.rows().length, 3);
    assertEquals(await store.read(sampleId(2)), sampleResult(2));
  }
  using again = await openStore(folder.path);
  assertEquals([again.rows().length, again.kept], [3, []]);
});

Deno.test("combined files that are damaged keep no run from being done and written", async () => {
  await using folder = await tempFolder();
  await fill(folder.path, [0]);
  await Deno.writeTextFile(`${folder.path}/runs.arrow`, "cut");
  await fill(folder.path, [1]);
  assertEquals((await readResults(folder.path)).runs.length, 2);
});
