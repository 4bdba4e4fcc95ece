import { assert, assertEquals, assertRejects } from "@std/assert";
import { mergeEvents } from "../../lib/study/jobs/merge_events.ts";
import { type FromWorker, messageBytes, readMessages } from "../../lib/study/jobs/messages.ts";
import { RunQueue } from "../../lib/study/jobs/run_queue.ts";
import { sweep } from "../../mod.ts";
import {
  collect,
  folderWithText,
  killedSweep,
  lastingResults,
  straightResults,
  workersOf,
} from "./sweep_helpers.ts";
import { tinyRuns, tinySweep } from "./sweep_process.ts";

Deno.test("sweep() with two jobs does each run once and ends with the rows of one job", async () => {
  await using two = await folderWithText();
  const events = await collect(two.path, { jobs: 2, saveModels: true });
  const saved = await Array.fromAsync(Deno.readDir(`${two.path}/results/models`));
  assertEquals(
    saved.map(({ name }) => name).sort(),
    idsOf(two.path).map((id) => `${id}.safetensors`),
  );
  const started = events.flatMap((event) => event.kind === "run" ? [event] : []);
  assertEquals(started.map(({ planned }) => planned.id).sort(), idsOf(two.path));
  assertEquals(new Set(started.map(({ job }) => job)), new Set([1, 2]));
  assertEquals(started.map(({ index }) => index), [1, 2, 3, 4]);
  const stepped = events.flatMap((event) =>
    event.kind === "train" && event.event.kind === "step" ? [event.runId] : []
  );
  assertEquals(stepped.length, 3 * 6);
  assertEquals(await lastingResults(two.path), await straightResults());
});

Deno.test("sweep() with two jobs that is killed leaves nothing that the next sweep cannot take up", async () => {
  await using folder = await folderWithText();
  assert(await killedSweep(folder.path, 2000, 2));
  await collect(folder.path, { jobs: 2 });
  assertEquals(await lastingResults(folder.path), await straightResults());
});

Deno.test("sweep() records the run of a worker that is killed as stopped, goes on, and takes it up", async () => {
  await using folder = await folderWithText();
  let victim: string | undefined;
  const ends: [string, string][] = [];
  for await (const event of sweep({ ...await tinySweep(folder.path), jobs: 2 })) {
    if (event.kind === "train" && event.event.kind === "step" && victim === undefined) {
      victim = event.runId;
      for (const pid of await workersOf(Deno.pid)) Deno.kill(pid, "SIGKILL");
    }
    if (event.kind === "result") ends.push([event.row.run_id, event.row.status]);
  }
  assertEquals(ends.map(([id]) => id).sort(), idsOf(folder.path));
  assertEquals(new Map(ends).get(victim ?? ""), "stopped");
  await collect(folder.path, { jobs: 2 });
  assertEquals(await lastingResults(folder.path), await straightResults());
});

Deno.test("sweep() with two jobs stops both when it is told to, and takes both up", async () => {
  await using folder = await folderWithText();
  const stop = new AbortController();
  const events = [];
  for await (
    const event of sweep({ ...await tinySweep(folder.path), jobs: 2, signal: stop.signal })
  ) {
    events.push(event);
    if (event.kind === "train" && event.event.kind === "start") stop.abort();
  }
  const last = events.at(-1);
  assert(last?.kind === "end");
  assertEquals(last.status, "stopped");
  assert(events.some((event) => event.kind === "result" && event.row.status === "stopped"));
  await collect(folder.path);
  assertEquals(await lastingResults(folder.path), await straightResults());
});

Deno.test("sweep() refuses a number of jobs that is none", async () => {
  await using folder = await folderWithText();
  for (const jobs of [0, 1.5, NaN]) {
    const error = await assertRejects(() => collect(folder.path, { jobs }), RangeError);
    assert(error.message.includes(`'jobs' must be a positive integer: current value is ${jobs}`));
  }
});

Deno.test("RunQueue keeps a job to its group, and lets an idle one help with the longest", () => {
  const [rtn, first, peqa, second] = tinyRuns("/nowhere");
  const copies = [1, 2].map((n) => ({ ...peqa!, id: `${n}`.repeat(64) }));
  const queue = new RunQueue([rtn!, first!, second!, peqa!, ...copies]);
  const taken = [0, 1, 1, 0, 1, 0, 1].map((job) => queue.take(job)?.id);
  assertEquals(taken, [
    rtn!.id,
    first!.id,
    second!.id,
    peqa!.id,
    copies[0]!.id,
    copies[1]!.id,
    undefined,
  ]);
});

Deno.test("readMessages() gives back every bit of what messageBytes() wrote, however it is cut", async () => {
  const messages: FromWorker[] = [
    { kind: "refused", message: "größer" },
    {
      kind: "event",
      event: { kind: "evaluation", step: 3, metrics: { a: NaN, b: -0, c: 5e-324 }, seconds: 1 / 3 },
    },
  ];
  const whole = new Uint8Array(messages.flatMap((message) => [...messageBytes(message)]));
  for (const size of [1, 3, 7, 1000]) {
    const parts = Array.from(
      { length: Math.ceil(whole.length / size) },
      (_, k) => whole.slice(k * size, (k + 1) * size),
    );
    assertEquals(await Array.fromAsync(readMessages(ReadableStream.from(parts))), messages);
  }
  const cut = ReadableStream.from([whole.slice(0, -1)]);
  assertEquals(await Array.fromAsync(readMessages(cut)), messages.slice(0, 1));
});

Deno.test("mergeEvents() gives all values in each source's order, and ends all when one throws", async () => {
  const count = async function* (from: number, to: number) {
    for (let n = from; n < to; n++) {
      await Promise.resolve();
      yield n;
    }
  };
  const merged = await Array.fromAsync(mergeEvents([count(0, 3), count(10, 12)]));
  assertEquals(merged.filter((n) => n < 10), [0, 1, 2]);
  assertEquals(merged.filter((n) => n >= 10), [10, 11]);
  let isEnded = false;
  const endless = async function* () {
    try {
      for (;;) {
        await Promise.resolve();
        yield 0;
      }
    } finally {
      isEnded = true;
    }
  };
  const failing = async function* () {
    yield 1;
    await Promise.resolve();
    throw new RangeError("no more");
  };
  await assertRejects(() => Array.fromAsync(mergeEvents([endless(), failing()])), RangeError);
  assert(isEnded);
});

function idsOf(folder: string): string[] {
  return tinyRuns(folder).map(({ id }) => id).sort();
}
