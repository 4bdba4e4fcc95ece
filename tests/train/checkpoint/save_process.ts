import { newestCheckpoint } from "../../../lib/train/checkpoint/newest_checkpoint.ts";
import { lockCheckpoints } from "../../../lib/train/checkpoint/lock_checkpoints.ts";
import { saveCheckpoint } from "../../../lib/train/checkpoint/save_checkpoint.ts";
import { sampleOptions } from "./samples.ts";

/** What a process does that saves sample checkpoints, one after the other. */
export interface SaveProcessTask {
  readonly folder: string;
  /** The elements of each tensor. */
  readonly size: number;
  /** The number of saves. */
  readonly saves: number;
  /** Commands of bash to run first, such as a limit. */
  readonly before?: string;
}

const TEXT = new TextDecoder();

/** Starts a process that goes on from the newest checkpoint and prints each step once it is saved. */
export function startSaves({ folder, size, saves, before = ":" }: SaveProcessTask): Deno.Command {
  const script = new URL(import.meta.url).pathname;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const run = ["run", "--no-check", "--config", config, "--allow-read", "--allow-write", script];
  const args = [Deno.execPath(), ...run, folder, String(size), String(saves)];
  return new Deno.Command("bash", {
    args: ["-c", `${before}; exec "$@"`, "bash", ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

/** Reads the steps that a process printed whole. */
export function savedSteps(stdout: Uint8Array): number[] {
  return TEXT.decode(stdout).split("\n").slice(0, -1).map(Number);
}

async function main([folder = "", size, saves]: string[]): Promise<void> {
  using locked = await lockCheckpoints(folder);
  const { checkpoint } = await newestCheckpoint(folder);
  const first = (checkpoint?.step ?? 0) + 1;
  await checkpoint?.[Symbol.asyncDispose]();
  for (let step = first; step < first + Number(saves); step++) {
    await saveCheckpoint(locked, sampleOptions(step, { size: Number(size) }));
    Deno.stdout.writeSync(new TextEncoder().encode(`${step}\n`));
  }
}

if (import.meta.main) await main(Deno.args);
