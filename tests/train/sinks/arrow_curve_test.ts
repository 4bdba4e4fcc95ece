import { assertEquals, assertRejects } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { FileFormatError } from "../../../lib/io/errors.ts";
import type { TrainEvent } from "../../../lib/train/events.ts";
import { ArrowCurve, type ArrowCurveOptions } from "../../../lib/train/sinks/arrow_curve.ts";
import { checkpoint, evaluation, start, step, steps, temporaryFolder } from "./events.ts";

async function write(path: string, events: readonly TrainEvent[], options?: ArrowCurveOptions) {
  await using sink = new ArrowCurve(path, options);
  for (const event of events) await sink.take(event);
}

// Leaves the sink as a killed process does.
async function writeAndKill(path: string, events: readonly TrainEvent[]) {
  const sink = new ArrowCurve(path);
  for (const event of events) await sink.take(event);
}

async function read(path: string) {
  const table = tableFromIPC(await Deno.readFile(path));
  const columns = table.schema.fields.map(({ name }) => [
    name,
    Array.from({ length: table.numRows }, (_, row) => table.getChild(name)?.get(row)),
  ]);
  return { table, columns: Object.fromEntries(columns) };
}

Deno.test("ArrowCurve writes a row a step, with evaluations in columns that may be null", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/new/curve.arrow`;
  await write(path, [start(), evaluation(0), step(1), step(2), evaluation(2)]);
  const { table, columns } = await read(path);
  const types = table.schema.fields.map(({ name, type, nullable }) => [
    name,
    String(type),
    nullable,
  ]);
  assertEquals(types, [
    ["step", "Int32", false],
    ["loss", "Float64", true],
    ["gradient_norm", "Float64", true],
    ["learning_rate_adapter", "Float64", true],
    ["learning_rate_scale", "Float64", true],
    ["tokens", "Int64", true],
    ["seconds", "Float64", true],
    ["resident_bytes", "Int64", true],
    ["evaluation_loss", "Float64", true],
    ["evaluation_perplexity", "Float64", true],
    ["evaluation_seconds", "Float64", true],
  ]);
  const nullCounts = ["loss", "evaluation_loss"].map((name) => table.getChild(name)?.nullCount);
  assertEquals(nullCounts, [1, 1]);
  assertEquals(columns.step, [0, 1, 2]);
  assertEquals(columns.loss, [null, step(1).loss, step(2).loss]);
  assertEquals(columns.learning_rate_adapter, [null, 1e-3 / 3, 1e-3 / 3]);
  assertEquals(columns.resident_bytes, [null, BigInt(5 * 2 ** 30), BigInt(5 * 2 ** 30)]);
  assertEquals(columns.evaluation_loss, [2 / 3, null, 2 / 3]);
});

Deno.test("ArrowCurve tells a loss that is NaN from one that is missing", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.arrow`;
  await write(path, [start(), evaluation(0), step(1, { loss: NaN })]);
  await write(path, [start(1), step(2, { residentBytes: NaN })]);
  const { columns } = await read(path);
  assertEquals(columns.loss, [null, NaN, step(2).loss]);
  assertEquals(columns.resident_bytes, [null, BigInt(5 * 2 ** 30), null]);
});

Deno.test("ArrowCurve writes at checkpoints and at the end", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.arrow`;
  await using sink = new ArrowCurve(path);
  const rows = async () => (await read(path)).columns.step;
  for (const event of [start(), ...steps(1, 2)]) await sink.take(event);
  assertEquals(await rows(), []);
  await sink.take(checkpoint(2));
  assertEquals(await rows(), [1, 2]);
  await sink.take(step(3));
  assertEquals(await rows(), [1, 2]);
  await sink.take({ kind: "end", status: "stopped", step: 3 });
  assertEquals(await rows(), [1, 2, 3]);
});

Deno.test("ArrowCurve leaves one file, also when the run ends by a break", async () => {
  await using folder = await temporaryFolder();
  await write(`${folder.path}/curve.arrow`, [start(), ...steps(1, 3)]);
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [
    "curve.arrow",
  ]);
  assertEquals((await read(`${folder.path}/curve.arrow`)).columns.step, [1, 2, 3]);
});

Deno.test("ArrowCurve has every step once after a kill and a resume", async () => {
  await using folder = await temporaryFolder();
  const straight = `${folder.path}/straight.arrow`;
  const path = `${folder.path}/curve.arrow`;
  await write(straight, [start(), ...steps(1, 4), evaluation(4), ...steps(5, 9)]);
  await writeAndKill(path, [start(), ...steps(1, 3), checkpoint(3), step(4), evaluation(4)]);
  // Between the checkpoint of step 4 and its event: the file ends at step 3.
  await writeAndKill(path, [start(4), ...steps(5, 6), checkpoint(6), ...steps(7, 8)]);
  await write(path, [start(6), ...steps(7, 9)]);
  assertEquals((await read(path)).columns, (await read(straight)).columns);
});

Deno.test("ArrowCurve does not double the rows of a journal that was not cut", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.arrow`;
  await writeAndKill(path, [start(), ...steps(1, 3), evaluation(3)]);
  const journal = await Deno.readFile(`${path}.journal`);
  await write(path, [start(3)]);
  await Deno.writeFile(`${path}.journal`, journal);
  await write(path, [start(3), step(4)]);
  assertEquals((await read(path)).columns.step, [1, 2, 3, 4]);
});

Deno.test("ArrowCurve refuses a new run onto the curve of another one, unless told", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.arrow`;
  await write(path, [start(), ...steps(1, 3)]);
  await assertRejects(() => write(path, [start()]), Deno.errors.AlreadyExists, "up to step 3");
  assertEquals((await read(path)).columns.step, [1, 2, 3]);
  await write(path, [start(), step(1)], { replace: true });
  assertEquals((await read(path)).columns.step, [1]);
});

Deno.test("ArrowCurve refuses a file that is no curve, and leaves it as it is", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.arrow`;
  await write(path, [start(), ...steps(1, 30)]);
  const curve = await Deno.readFile(path);
  const other = curve.slice();
  const mark = new TextDecoder("latin1").decode(curve).split("qatlab.curve");
  let at = 0;
  for (const part of mark.slice(0, -1)) {
    at += part.length;
    other[at] = 0x51;
    at += "qatlab.curve".length;
  }
  const files = [other, new Uint8Array(), new TextEncoder().encode("notes"), curve.slice(0, 999)];
  for (const content of files) {
    await Deno.writeFile(path, content);
    for (const event of [start(), start(3)]) {
      await assertRejects(() => write(path, [event], { replace: true }), FileFormatError);
      assertEquals(await Deno.readFile(path), content);
    }
  }
});

Deno.test("ArrowCurve writes the whole curve at the next checkpoint when the disk refused one", async () => {
  await using folder = await temporaryFolder();
  const inner = `${folder.path}/inner`;
  const path = `${inner}/curve.arrow`;
  await using sink = new ArrowCurve(path);
  for (const event of [start(), ...steps(1, 2)]) await sink.take(event);
  await Deno.rename(inner, `${folder.path}/away`);
  await assertRejects(async () => await sink.take(checkpoint(2)), Deno.errors.NotFound);
  await sink.take(step(3));
  await Deno.rename(`${folder.path}/away`, inner);
  await sink.take(checkpoint(3));
  assertEquals((await read(path)).columns.step, [1, 2, 3]);
});
