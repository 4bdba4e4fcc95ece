import { assertEquals, assertRejects } from "@std/assert";
import type { TrainEvent, TrainSink } from "../../../lib/train/events.ts";
import { pipe } from "../../../lib/train/sinks/pipe.ts";
import { checkpoint, start, step, steps } from "./events.ts";

class Recorder implements TrainSink {
  readonly seen: string[] = [];
  disposals = 0;
  fails: (event: TrainEvent) => boolean = () => false;

  async take(event: TrainEvent): Promise<void> {
    await Promise.resolve();
    this.seen.push(`${event.kind} ${event.step}`);
    if (this.fails(event)) throw new Error(`no room at ${event.step}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.disposals++;
    return Promise.resolve();
  }
}

async function* run(events: readonly TrainEvent[], state = { ended: false }) {
  try {
    await Promise.resolve();
    yield* events;
  } finally {
    state.ended = true;
  }
}

async function consume(events: AsyncIterable<TrainEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of events) seen.push(`${event.kind} ${event.step}`);
  return seen;
}

Deno.test("pipe() gives each event to every sink before the consumer and disposes the sinks once", async () => {
  const sinks = [new Recorder(), new Recorder()];
  for await (const event of pipe(run([start(), step(1)]), ...sinks)) {
    for (const sink of sinks) {
      assertEquals(sink.seen.at(-1), `${event.kind} ${event.step}`);
      assertEquals(sink.disposals, 0);
    }
  }
  assertEquals(sinks.map((sink) => sink.disposals), [1, 1]);
  assertEquals(sinks[0]?.seen, ["start 0", "step 1"]);
});

Deno.test("pipe() disposes the sinks and ends the run when the consumer breaks", async () => {
  const sink = new Recorder();
  const state = { ended: false };
  for await (const event of pipe(run([start(), step(1), step(2)], state), sink)) {
    if (event.step === 1) break;
  }
  assertEquals(state.ended, true);
  assertEquals(sink.disposals, 1);
  assertEquals(sink.seen, ["start 0", "step 1"]);
});

Deno.test("pipe() disposes the sinks and passes the error on when the run throws", async () => {
  const sink = new Recorder();
  async function* broken(): AsyncGenerator<TrainEvent> {
    yield* run([start()]);
    throw new Error("out of memory");
  }
  await assertRejects(() => consume(pipe(broken(), sink)), Error, "out of memory");
  assertEquals(sink.disposals, 1);
});

Deno.test("pipe() ends the run when a sink throws at its start", async () => {
  const [good, bad] = [new Recorder(), new Recorder()];
  bad.fails = () => true;
  const state = { ended: false };
  const events = run([start(), step(1)], state);
  await assertRejects(() => consume(pipe(events, good, bad)), Error, "no room at 0");
  assertEquals(state.ended, true);
  assertEquals([good.disposals, bad.disposals], [1, 1]);
  assertEquals(good.seen, ["start 0"]);
});

Deno.test("pipe() goes on when a sink fails later, and tells once each time that it begins to", async () => {
  const [good, bad] = [new Recorder(), new Recorder()];
  bad.fails = (event) => [2, 3, 5].includes(event.step);
  const seen = await consume(pipe(run([start(), ...steps(1, 5)]), bad, good));
  const told = [
    "start 0",
    "step 1",
    "step 2",
    "sink-failed 2",
    "step 3",
    "step 4",
    "step 5",
    "sink-failed 5",
  ];
  assertEquals(seen, told);
  assertEquals(good.seen, told);
  assertEquals(bad.seen, told);
});

Deno.test("pipe() throws what a sink could not save, after it disposed the others", async () => {
  const [bad, good] = [new Recorder(), new Recorder()];
  bad[Symbol.asyncDispose] = () => Promise.reject(new Error("3 lines are lost"));
  await assertRejects(() => consume(pipe(run([start()]), bad, good)), Error, "3 lines are lost");
  assertEquals(good.disposals, 1);
});

Deno.test("pipe() tells of a failing sink once, though it passes over events between", async () => {
  const bad = new Recorder();
  bad.fails = (event) => event.kind === "step" && event.step < 4;
  const events = [start(), step(1), checkpoint(1), step(2), checkpoint(2), ...steps(3, 4)];
  const seen = await consume(pipe(run(events), bad));
  assertEquals(seen.filter((event) => event.startsWith("sink-failed")), ["sink-failed 1"]);
});
