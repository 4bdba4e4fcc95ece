import { assert, assertEquals } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import { ProgressLine } from "../../../lib/train/sinks/progress_line.ts";
import type { TrainEvent } from "../../../lib/train/events.ts";
import { checkpoint, evaluation, start, step } from "./events.ts";

function stream(isTTY: boolean, columns = 120) {
  let text = "";
  return {
    isTTY,
    columns,
    write(piece: string): boolean {
      text += piece;
      return true;
    },
    get text(): string {
      return text;
    },
  };
}

/** Shows events on a pipe, 100 ms apart, and returns the lines. */
function linesOf(events: readonly TrainEvent[], lineInterval = 0): string[] {
  const pipe = stream(false);
  let time = 0;
  const line = new ProgressLine({ stream: pipe, lineInterval, now: () => time });
  for (const event of events) {
    time += event.kind === "step" ? event.seconds * 1000 : 0;
    line.take(event);
  }
  return pipe.text.trimEnd().split("\n");
}

const GiB5 = "5120 MiB";

Deno.test("ProgressLine shows the step, loss, rates, speed, memory and time left", () => {
  const events = Array.from({ length: 12 }, (_, k) => step(k + 1));
  assertEquals(
    linesOf([start(), ...events]).at(-1),
    `step 00012/00100 (12.0%) | loss 0.417 | lr 3.3e-4/1.0e-5 | 10.2k tok/s | ${GiB5} | eta 8.8 s`,
  );
});

Deno.test("ProgressLine leaves the first ten steps out of the time left", () => {
  const slow = Array.from({ length: 10 }, (_, k) => step(k + 1, { seconds: 60 }));
  const lines = linesOf([start(), ...slow, step(11), step(12)]);
  assert(lines.slice(1, 11).every((line) => line.endsWith("| eta …")));
  assert(lines[11]?.endsWith("| eta 8.9 s"));
  assert(lines[12]?.endsWith("| eta 8.8 s"));
});

Deno.test("ProgressLine leaves the first step out of the speed", () => {
  const lines = linesOf([start(), step(1, { seconds: 100 }), step(2)]);
  assert(lines[1]?.includes("| 10 tok/s |"));
  assert(lines[2]?.includes("| 10.2k tok/s |"));
});

Deno.test("ProgressLine of a resumed run starts at its step and times only its own steps", () => {
  const events = Array.from({ length: 12 }, (_, k) => step(k + 41));
  const lines = linesOf([start(40), ...events]);
  assertEquals(
    lines[0],
    "step 00040 | resumed from checkpoints/40, 60 steps to go; the first one compiles",
  );
  assert(lines[1]?.startsWith("step 00041/00100 (41.0%)"));
  assert(lines[10]?.endsWith("| eta …"));
  assert(lines[12]?.endsWith("| eta 4.8 s"));
});

Deno.test("ProgressLine prints few steps on a pipe, but the first and the last", () => {
  const events = Array.from({ length: 100 }, (_, k) => step(k + 1));
  const lines = linesOf([start(), ...events, { kind: "end", status: "done", step: 100 }], 5000);
  assertEquals(lines.map((line) => line.slice(0, 16)), [
    "step 00000 | 100",
    "step 00001/00100",
    "step 00051/00100",
    "step 00100/00100",
    "step 00100 | don",
  ]);
  assertEquals(lines.at(-1), "step 00100 | done in 10 s");
});

Deno.test("ProgressLine prints the last step of a run that stops", () => {
  const message = "The loss is NaN; lower the learning rate";
  const lines = linesOf(
    [start(), step(1), step(2), { kind: "end", status: "diverged", step: 2, message }],
    5000,
  );
  assert(lines[2]?.startsWith("step 00002/00100"));
  assertEquals(lines[3], `step 00002 | diverged in 0.2 s: ${message}`);
});

Deno.test("ProgressLine gives notices, evaluations, checkpoints and failures lines of their own", () => {
  const lines = linesOf([
    { ...start(), notices: ["Checkpoint 7 is damaged; 6 is used"] },
    evaluation(1),
    checkpoint(2),
    { kind: "checkpoint-failed", step: 3, error: "No space left on device" },
    { kind: "sink-failed", step: 4, sink: "JsonLines", error: "No space left on device" },
  ]);
  assertEquals(lines, [
    "note: Checkpoint 7 is damaged; 6 is used",
    "step 00000 | 100 steps to go; the first one compiles",
    "step 00001 | evaluation | loss 0.6667 | perplexity 1.900 | 1.5 s",
    "step 00002 | checkpoint checkpoints/2 | 48 MiB | 0.2 s",
    "step 00003 | checkpoint failed, the run goes on: No space left on device",
    "step 00004 | JsonLines failed, the run goes on: No space left on device",
  ]);
});

Deno.test("ProgressLine redraws one line on a terminal, below the others", async () => {
  const terminal = stream(true, 60);
  {
    await using line = new ProgressLine({ stream: terminal, drawInterval: 0 });
    for (const event of [start(), step(1), step(2), evaluation(2), step(3)]) line.take(event);
  }
  const rows = terminal.text.split("\n").map((row) => {
    const shown = row.split("\r").at(-1) ?? "";
    return stripVTControlCharacters(shown);
  });
  assertEquals(rows.map((row) => row.slice(0, 24)), [
    "step 00000 | 100 steps t",
    "step 00002 | evaluation ",
    "step 00003/00100 (3.0%) ",
    "",
  ]);
});

Deno.test("ProgressLine leaves out the least wanted numbers on a narrow terminal, never the time left", () => {
  const shown = (columns: number) => {
    const terminal = stream(true, columns);
    const line = new ProgressLine({ stream: terminal });
    line.take(start());
    line.take(step(1));
    return stripVTControlCharacters(terminal.text.split("\r").at(-1) ?? "");
  };
  const [first, loss, rate] = ["step 00001/00100 (1.0%)", "loss 1.333", "lr 3.3e-4/1.0e-5"];
  const [speed, left] = ["10.2k tok/s", "eta …"];
  assertEquals(shown(100), [first, loss, rate, speed, GiB5, left].join(" | "));
  assertEquals(shown(80), [first, loss, rate, speed, left].join(" | "));
  assertEquals(shown(60), [first, loss, speed, left].join(" | "));
  assertEquals(shown(50), [first, loss, left].join(" | "));
  assertEquals(shown(20), first.slice(0, 19));
});

Deno.test("ProgressLine does not draw more often than asked", () => {
  const terminal = stream(true);
  let time = 0;
  const line = new ProgressLine({ stream: terminal, drawInterval: 100, now: () => time });
  line.take(start());
  for (let k = 1; k <= 50; k++, time += 10) line.take(step(k));
  assertEquals(terminal.text.split("\r").length - 1, 5);
});

Deno.test("ProgressLine shows the last step at once, and that of a run that broke off at its end", async () => {
  const pipe = stream(false);
  {
    await using line = new ProgressLine({ stream: pipe, now: () => 0 });
    for (const event of [start(), step(98), step(99), step(100)]) line.take(event);
    assert(pipe.text.includes("step 00100/00100"));
    line.take(step(51));
    assert(!pipe.text.includes("step 00051"));
  }
  assert(pipe.text.includes("step 00051/00100"));
});
