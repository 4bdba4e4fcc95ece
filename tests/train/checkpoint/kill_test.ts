import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { lockCheckpoints } from "../../../lib/train/checkpoint/lock_checkpoints.ts";
import { newestCheckpoint } from "../../../lib/train/checkpoint/newest_checkpoint.ts";
import { saveCheckpoint } from "../../../lib/train/checkpoint/save_checkpoint.ts";
import { seededIntegers, tempFolder } from "../../io/helpers.ts";
import { assertSample, namesIn, sampleOptions } from "./samples.ts";
import { savedSteps, startSaves } from "./save_process.ts";

const SIZE = 60_000;
const KILLS = 24;

/** Kills a process that saves some time after its folder has changed, and returns its printed steps. */
async function killAfter(folder: string, milliseconds: number): Promise<number[]> {
  const before = (await namesIn(folder)).join();
  const child = startSaves({ folder, size: SIZE, saves: 1000 }).spawn();
  const output = child.output();
  while ((await namesIn(folder)).join() === before) await delay(1);
  await delay(milliseconds);
  child.kill("SIGKILL");
  const { signal, stdout } = await output;
  assertEquals(signal, "SIGKILL");
  return savedSteps(stdout);
}

/** Checks the newest checkpoint, if there is one, and returns its step. */
async function newestStep(folder: string): Promise<number> {
  const { checkpoint, notices } = await newestCheckpoint(folder);
  // Only saves that did not end are passed over: no folder with a checkpoint's name is half.
  for (const notice of notices) assert(notice.includes("was never finished"), notice);
  if (checkpoint === undefined) return 0;
  await using found = checkpoint;
  await assertSample(found, found.step, SIZE);
  return found.step;
}

Deno.test(`a run killed at ${KILLS} random moments of its saves goes on from a whole checkpoint`, async () => {
  await using folder = await tempFolder();
  const random = seededIntegers(3);
  let unfinished = 0;
  let last = 0;
  for (let i = 0; i < KILLS; i++) {
    const printed = await killAfter(folder.path, random(60));
    const step = await newestStep(folder.path);
    // Nothing that was saved is lost, and at most the save in progress was done but not yet told.
    const told = printed.at(-1) ?? last;
    assert(step === told || step === told + 1, `${step} after ${told}`);
    last = step;
    const names = await namesIn(folder.path);
    if (names.some((name) => name.endsWith(".tmp"))) unfinished++;
  }
  assertGreaterOrEqual(unfinished, 5);
  assert(last > 0);
  using locked = await lockCheckpoints(folder.path);
  const { path } = await saveCheckpoint(locked, sampleOptions(last + 1, { size: SIZE }));
  assertEquals(await newestStep(folder.path), last + 1);
  const names = await namesIn(folder.path);
  assertEquals(names.length, 2);
  assert(path.endsWith(names[1] ?? "none"));
});

Deno.test("a run killed in its first save leaves no checkpoint, and the next run saves", async () => {
  await using folder = await tempFolder();
  const huge = 20_000_000;
  const child = startSaves({ folder: folder.path, size: huge, saves: 1 }).spawn();
  const output = child.output();
  while ((await namesIn(folder.path)).length === 0) await delay(1);
  child.kill("SIGKILL");
  await output;
  const { checkpoint, notices } = await newestCheckpoint(folder.path);
  assertEquals(checkpoint, undefined);
  assertEquals(notices.length, 1);
  const { stdout } = await startSaves({ folder: folder.path, size: SIZE, saves: 1 }).output();
  assertEquals(savedSteps(stdout), [1]);
  assertEquals(await newestStep(folder.path), 1);
  assertEquals(await namesIn(folder.path), ["step-00000001"]);
});
