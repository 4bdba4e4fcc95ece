import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { seededIntegers, tempFolder } from "../io/helpers.ts";

interface StartOptions {
  readonly folder: string;
  readonly backend: "tensorflow" | "wasm";
}

function start({ folder, backend }: StartOptions): Deno.ChildProcess {
  const script = new URL("./train_process.ts", import.meta.url).pathname;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--config", config, "--allow-all", script, folder, backend],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
}

/** Waits for the first step, then some time, and kills; tells whether the run was still going. */
async function kill(options: StartOptions, milliseconds: number): Promise<boolean> {
  const child = start(options);
  const errors = new Response(child.stderr).text();
  const output = child.stdout.getReader();
  await output.read();
  output.releaseLock();
  await delay(milliseconds);
  child.kill("SIGKILL");
  await child.stdout.cancel();
  const { signal, code } = await child.status;
  if (signal === null) assertEquals(code, 0, await errors);
  await errors;
  return signal === "SIGKILL";
}

async function finish(options: StartOptions): Promise<void> {
  const { code, stderr } = await start(options).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

/** What of a run must be equal: the final bits, and loss, norm and rates of each step. */
async function outcome(folder: string): Promise<{ bits: string; curve: unknown[] }> {
  const lines = (await Deno.readTextFile(`${folder}/curve.jsonl`)).trimEnd().split("\n");
  const steps = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "step");
  return {
    bits: JSON.parse(await Deno.readTextFile(`${folder}/final.json`)),
    curve: steps.map(({ step, loss, gradientNorm, learningRates }) => ({
      step,
      loss,
      gradientNorm,
      learningRates,
    })),
  };
}

/** Trains once straight through and once with kills; gives the number of kills that met a run. */
async function killAndCompare(
  backend: "tensorflow" | "wasm",
  { kills, within }: { kills: number; within: number },
): Promise<number> {
  await using straight = await tempFolder();
  await finish({ folder: straight.path, backend });
  const expected = await outcome(straight.path);
  const random = seededIntegers(11);
  let met = 0;
  for (let done = 0; done < kills;) {
    // Runs of 60 steps with a checkpoint after each, several kills a run, each in another place.
    await using folder = await tempFolder();
    for (; done < kills && await kill({ folder: folder.path, backend }, random(within)); done++) {
      met++;
    }
    await finish({ folder: folder.path, backend });
    assertEquals(await outcome(folder.path), expected);
  }
  return met;
}

Deno.test("a run killed at 20 random moments ends with the bits and the curve of one never stopped", async () => {
  assertGreaterOrEqual(await killAndCompare("wasm", { kills: 20, within: 120 }), 20);
});

Deno.test("a compiled run that is killed ends with the bits and the curve of one never stopped", async () => {
  assertGreaterOrEqual(await killAndCompare("tensorflow", { kills: 2, within: 150 }), 2);
});
