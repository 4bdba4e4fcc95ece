import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { readResults, type RunRow, sweep, type SweepEvent } from "../../mod.ts";
import { seededIntegers, tempFolder } from "../io/helpers.ts";
import { tinyRuns, tinySweep } from "./sweep_process.ts";

const KILLS = 5;

async function folderWithText(): Promise<Awaited<ReturnType<typeof tempFolder>>> {
  const folder = await tempFolder();
  const words = "once upon a time there was a little dog who liked to run and play ".repeat(60);
  await Deno.writeTextFile(`${folder.path}/text.txt`, words);
  return folder;
}

async function collect(folder: string, more: object = {}): Promise<SweepEvent[]> {
  return await Array.fromAsync(sweep({ ...await tinySweep(folder), ...more }));
}

/** What of a row must be the same in every sweep: all but times, memory and paths. */
function lasting(row: RunRow): object {
  const kept = Object.entries(row).filter(([name]) =>
    !/_seconds$|^started$|^peak_|^run_id$|_text$/.test(name)
  );
  return Object.fromEntries(kept);
}

async function lastingResults(folder: string): Promise<object> {
  const { runs, curves, layers } = await readResults(`${folder}/results`);
  const strip = <T extends { run_id: string }>({ run_id: _, ...rest }: T) => rest;
  return { runs: runs.map(lasting), curves: curves.map(strip), layers: layers.map(strip) };
}

Deno.test("sweep() does every run once, merges exactly, and has nothing to do the second time", async () => {
  await using folder = await folderWithText();
  const events = await collect(folder.path);
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.flatMap(({ error }) => error ?? []), []);
  assertEquals(rows.map(({ status }) => status), ["done", "done", "done", "done"]);
  assertEquals(rows.map(({ merge_exact }) => merge_exact), [true, true, true, true]);
  // Runs that share what is compiled follow each other.
  assertEquals(rows.map(({ method, bits }) => `${method} ${bits}`), [
    "rtn 3",
    "lr-qat 3",
    "lr-qat 4",
    "peqa 3",
  ]);
  const bytes = rows.map(({ linear_bytes }) => linear_bytes ?? 0);
  assert(bytes[2]! > bytes[1]!, "four bits take more than three");
  const before = await lastingResults(folder.path);
  const [plan, ...rest] = await collect(folder.path);
  assert(plan?.kind === "plan");
  assertEquals([plan.done, plan.toRun], [4, 0]);
  assertEquals(rest.map(({ kind }) => kind), ["end"]);
  assertEquals(await lastingResults(folder.path), before);
});

Deno.test("sweep() records a run that fails with its reason, and goes on", async () => {
  await using folder = await folderWithText();
  const [rtn, lrQat] = tinyRuns(folder.path);
  const wide = { ...lrQat!, id: "0".repeat(64) };
  const settings = { ...wide.spec.settings, rank: 1000 };
  const runs = [{ ...wide, spec: { ...wide.spec, settings } }, rtn!];
  const events = await collect(folder.path, { runs });
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(({ status }) => status), ["failed", "done"]);
  assert(rows[0]?.error?.includes("'rank' must be at most"), rows[0]?.error ?? "");
});

Deno.test("sweep() records runs of a model that is not there, and goes on", async () => {
  await using folder = await folderWithText();
  const [rtn] = tinyRuns(folder.path);
  const gone = { ...rtn!, id: "0".repeat(64), spec: { ...rtn!.spec, model: "./gone.gguf" } };
  const events = await collect(folder.path, { runs: [gone, rtn!] });
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(({ status }) => status), ["failed", "done"]);
  assertEquals([rows[0]?.trainable, rows[0]?.float16_bytes], [null, null]);
});

// The run of 4 bits is the second one in what was compiled for that of 3.
for (const bits of [3, 4]) {
  Deno.test(`sweep() that is stopped in the run of ${bits} bits takes it up and ends with the same rows`, async () => {
    await using straight = await folderWithText();
    await collect(straight.path);
    await using folder = await folderWithText();
    const stop = new AbortController();
    let current = 0;
    for await (const event of sweep({ ...await tinySweep(folder.path), signal: stop.signal })) {
      if (event.kind === "run") current = event.planned.spec.settings.bits ?? 0;
      if (event.kind === "train" && event.event.kind === "step" && event.event.step === 4) {
        if (current === bits) stop.abort();
      }
      if (event.kind === "result" && event.row.status !== "done") {
        assertEquals([event.row.status, event.row.bits], ["stopped", bits]);
      }
    }
    await collect(folder.path);
    assertEquals(await lastingResults(folder.path), await lastingResults(straight.path));
  });
}

Deno.test("sweep() takes up a run that was killed between its last step and its result", async () => {
  await using folder = await folderWithText();
  const [, lrQat] = tinyRuns(folder.path);
  const options = { ...await tinySweep(folder.path), runs: [lrQat!] };
  const expected: RunRow[] = [];
  for await (const event of sweep(options)) {
    if (event.kind === "train" && event.event.kind === "checkpoint" && event.event.step === 6) {
      await copyFolder(`${folder.path}/results/running`, `${folder.path}/kept`);
    }
    if (event.kind === "result") expected.push(event.row);
  }
  await Deno.remove(`${folder.path}/results`, { recursive: true });
  await copyFolder(`${folder.path}/kept`, `${folder.path}/results/running`);
  const events = await collect(folder.path, { runs: [lrQat!] });
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(lasting), expected.map(lasting));
  assertEquals(rows[0]?.peak_resident_bytes, null);
});

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test(`sweep() killed at ${KILLS} random moments ends with the rows of one never killed`, async () => {
  await using straight = await folderWithText();
  await collect(straight.path);
  await using folder = await folderWithText();
  const random = seededIntegers(5);
  let met = 0;
  for (let i = 0; i < KILLS; i++) met += await killedSweep(folder.path, random(400)) ? 1 : 0;
  assertGreaterOrEqual(met, 2);
  await collect(folder.path);
  assertEquals(await lastingResults(folder.path), await lastingResults(straight.path));
});

/** Starts a sweep, kills it some time after its first event; tells whether it was still going. */
async function killedSweep(folder: string, milliseconds: number): Promise<boolean> {
  const path = (name: string) => new URL(name, import.meta.url).pathname;
  const config = path("../../deno.json");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--config",
      config,
      "--allow-all",
      path("./sweep_process.ts"),
      folder,
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.getReader();
  await output.read();
  output.releaseLock();
  await delay(milliseconds);
  child.kill("SIGKILL");
  await child.stdout.cancel();
  return (await child.status).signal === "SIGKILL";
}
