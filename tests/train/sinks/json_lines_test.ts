import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FileFormatError } from "../../../lib/io/errors.ts";
import type { TrainEvent } from "../../../lib/train/events.ts";
import { JsonLines, type JsonLinesOptions } from "../../../lib/train/sinks/json_lines.ts";
import { checkpoint, evaluation, start, step, steps, temporaryFolder } from "./events.ts";

async function write(path: string, events: readonly TrainEvent[], options?: JsonLinesOptions) {
  await using sink = new JsonLines(path, options);
  for (const event of events) await sink.take(event);
}

async function read(path: string) {
  const text = await Deno.readTextFile(path);
  assert(text.endsWith("\n"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

async function stepsIn(path: string): Promise<number[]> {
  return (await read(path)).filter(({ kind }) => kind === "step").map(({ step }) => step);
}

Deno.test("JsonLines writes every event as a line that gives it back exactly", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/new/curve.jsonl`;
  const events = [start(), step(1), evaluation(1), checkpoint(1)];
  await write(path, events);
  assertEquals(await read(path), events);
});

Deno.test("JsonLines has each line on disk before the next event", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  await using sink = new JsonLines(path);
  await sink.take(start());
  for (const event of steps(1, 3)) {
    await sink.take(event);
    assertEquals((await read(path)).at(-1), event);
  }
});

Deno.test("JsonLines writes numbers that are not finite as strings and reads them again", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  await write(path, [start(), step(1, { loss: NaN, gradientNorm: Infinity })]);
  const { loss, gradientNorm } = (await read(path)).at(-1);
  assertEquals([loss, gradientNorm], ["NaN", "Infinity"]);
  await write(path, [start(1)]);
  assertEquals(await stepsIn(path), [1]);
});

Deno.test("JsonLines holds every step once after a kill at any byte and a resume", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  const straight = [start(), ...steps(1, 3), evaluation(3), checkpoint(3), ...steps(4, 6)];
  await write(path, straight);
  const whole = await Deno.readFile(path);
  const text = new TextDecoder().decode(whole);
  // The checkpoint is written after the steps' lines, so a kill cannot leave less than them.
  const least = text.indexOf('{"kind":"step","step":4');
  for (let size = least; size <= whole.length; size += 7) {
    await Deno.writeFile(path, whole.subarray(0, size));
    await write(path, [start(3), ...steps(4, 6)]);
    const events = await read(path);
    assertEquals(events, [...straight.slice(0, 6), start(3), ...steps(4, 6)]);
  }
});

Deno.test("JsonLines keeps nothing of steps that a resumed run does again from an early one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  await write(path, [start(50), ...steps(51, 60)]);
  await write(path, [start(20), ...steps(21, 22)]);
  assertEquals(await stepsIn(path), [21, 22]);
});

Deno.test("JsonLines refuses a new run onto the curve of another one, unless told", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  await write(path, [start(), ...steps(1, 3)]);
  const before = await Deno.readTextFile(path);
  const error = await assertRejects(() => write(path, [start()]), Deno.errors.AlreadyExists);
  assertStringIncludes(error.message, "up to step 3");
  assertStringIncludes(error.message, "'replace'");
  assertEquals(await Deno.readTextFile(path), before);
  await write(path, [start(), step(1)], { replace: true });
  assertEquals(await stepsIn(path), [1]);
});

Deno.test("JsonLines starts anew where a run was killed before its first step", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  await write(path, [start()]);
  await Deno.writeTextFile(path, '{"kind":"st', { append: true });
  await write(path, [start(), step(1)]);
  assertEquals((await read(path)).length, 2);
});

Deno.test("JsonLines refuses a file that holds anything else, and leaves it as it is", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/curve.jsonl`;
  const [first] = [JSON.stringify(start()) + "\n"];
  const files = [
    "notes",
    "notes\n",
    "{}\n",
    "[1]\n",
    "\n",
    '{"kind":"step","step":1}\n',
    '{"kind":"step","step":-1,"loss":1}\n',
    `${first}notes\n${first}`,
    `${first}notes`,
    `${first}{"kind":"other","step":1}\n`,
  ];
  for (const content of files) {
    await Deno.writeTextFile(path, content);
    for (const event of [start(), start(3)]) {
      await assertRejects(() => write(path, [event], { replace: true }), FileFormatError);
      assertEquals(await Deno.readTextFile(path), content);
    }
  }
  await Deno.writeFile(path, Uint8Array.of(0xff, 0x0a));
  await assertRejects(() => write(path, [start()]), FileFormatError, "line 1");
});

Deno.test("JsonLines takes no event before the start", async () => {
  await assertRejects(() => write("never-made.jsonl", [step(1)]), Error, "no 'start' came first");
});
