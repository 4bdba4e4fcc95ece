import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { openStore } from "../../lib/results/store.ts";
import { seededIntegers, tempFolder } from "../io/helpers.ts";
import { sampleId, sampleRun } from "./samples.ts";

const RUNS = 60;

function start(folder: string): Deno.ChildProcess {
  const script = new URL("./store_process.ts", import.meta.url).pathname;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["run", "--no-check", "--config", config, "--allow-all", script, folder, `${RUNS}`];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" }).spawn();
}

/** Kills a sweep some time after it has opened its results; tells whether it was still going. */
async function kill(folder: string, milliseconds: number): Promise<boolean> {
  const child = start(folder);
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

async function finish(folder: string): Promise<void> {
  const { code, stderr } = await start(folder).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

async function contents(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const place of [folder, `${folder}/runs`]) {
    for (const { name, isFile } of await Array.fromAsync(Deno.readDir(place))) {
      if (!isFile || name === ".lock") continue;
      files.set(name, new TextDecoder("latin1").decode(await Deno.readFile(`${place}/${name}`)));
    }
  }
  return new Map([...files].sort());
}

Deno.test("results of a sweep killed at 10 random moments are whole, and at its end equal to the byte", async () => {
  await using straight = await tempFolder();
  await finish(straight.path);
  const expected = await contents(straight.path);
  assertEquals(expected.size, 3 * RUNS + 3);
  const random = seededIntegers(3);
  let killed = 0;
  for (let tries = 0; tries < 10;) {
    await using folder = await tempFolder();
    for (let sweep = 0; sweep < 5 && tries < 10; sweep++, tries++) {
      if (await kill(folder.path, random(60))) killed++;
      using store = await openStore(folder.path);
      assertEquals(store.damaged, []);
      const ids = Array.from({ length: RUNS }, (_, index) => index)
        .filter((index) => store.has(sampleId(index)));
      for (const id of ids) assertEquals(store.row(sampleId(id)), sampleRun(id));
      // One after another: what was added before the kill is there, and nothing else.
      assertEquals(ids, Array.from({ length: ids.length }, (_, index) => index));
    }
    await finish(folder.path);
    assertEquals(await contents(folder.path), expected);
  }
  assertGreaterOrEqual(killed, 8);
});
