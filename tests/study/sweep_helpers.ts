// What tests of sweeps share: a folder with a text, a sweep over the tiny runs, and what must be equal.
import { setTimeout as delay } from "node:timers/promises";
import { readResults, type RunRow, sweep, type SweepEvent } from "../../mod.ts";
import { tempFolder } from "../io/helpers.ts";
import { tinySweep } from "./sweep_process.ts";

/** A folder with `text.txt`, the corpus of the tiny runs. */
export async function folderWithText(): Promise<Awaited<ReturnType<typeof tempFolder>>> {
  const folder = await tempFolder();
  const words = "once upon a time there was a little dog who liked to run and play ".repeat(60);
  await Deno.writeTextFile(`${folder.path}/text.txt`, words);
  return folder;
}

/** Does a sweep to its end. */
export async function collect(folder: string, more: object = {}): Promise<SweepEvent[]> {
  return await Array.fromAsync(sweep({ ...await tinySweep(folder), ...more }));
}

/** What of a row must be the same in every sweep: all but times, memory, paths and what has them in it. */
export function lasting(row: RunRow): object {
  const kept = Object.entries(row).filter(([name]) =>
    !/_seconds$|^started$|^peak_|^run_id$|^variant$|_text$/.test(name)
  );
  return Object.fromEntries(kept);
}

/** What of all results must be the same in every sweep. */
export async function lastingResults(folder: string): Promise<object> {
  const { runs, curves, layers } = await readResults(`${folder}/results`);
  const strip = <T extends { run_id: string }>({ run_id: _, ...rest }: T) => rest;
  return { runs: runs.map(lasting), curves: curves.map(strip), layers: layers.map(strip) };
}

/** Starts a sweep, kills it some time after its first event; tells whether it was still going. */
export async function killedSweep(
  folder: string,
  milliseconds: number,
  jobs = 1,
): Promise<boolean> {
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
      `${jobs}`,
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

let straight: Promise<object> | undefined;

/** What of the results must be the same in every sweep, of one that nothing disturbed. */
export function straightResults(): Promise<object> {
  return straight ??= (async () => {
    await using folder = await folderWithText();
    await collect(folder.path);
    return await lastingResults(folder.path);
  })();
}

/** The worker processes of a sweep, by their ids. */
export async function workersOf(parent: number): Promise<number[]> {
  const args = ["-A", "-o", "pid=,ppid=,args="];
  const { stdout } = await new Deno.Command("ps", { args }).output();
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    const [, pid, of, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(of) === parent && command?.includes("jobs/worker.ts") ? [Number(pid)] : [];
  });
}
