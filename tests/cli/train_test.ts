import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { newestCheckpoint } from "../../lib/train/checkpoint/newest_checkpoint.ts";
import { tempFolder } from "../io/helpers.ts";
import { runScript } from "./run_script.ts";

Deno.test("train names what it can train where it is asked for something else", async () => {
  const { code, stderr } = await runScript("train.ts", "brwn");
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Did you mean brown?");
});

Deno.test("train brown stops at Ctrl-C with a checkpoint and exit code 130", async () => {
  await using folder = await tempFolder();
  const script = new URL("../../lib/cli/train.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", script, "brown", "--output", folder.path],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const output = child.output();
  const curve = `${folder.path}/curve.jsonl`;
  const hasStep = () =>
    Deno.readTextFile(curve).then((text) => text.includes('"step","step":1,'), () => false);
  for (let waited = 0; waited < 240 && !await hasStep(); waited++) await delay(500);
  child.kill("SIGINT");
  const { code, stderr } = await output;
  const errors = new TextDecoder().decode(stderr);
  assertEquals(code, 130, errors);
  assertStringIncludes(errors, "start it again to go on");
  const { checkpoint } = await newestCheckpoint(`${folder.path}/checkpoints`);
  assert(checkpoint && checkpoint.step >= 1);
  await checkpoint[Symbol.asyncDispose]();
});
