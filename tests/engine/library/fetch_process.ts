/**
 * Fetches in a process of its own, for tests that kill it or run two at once.
 *
 * The argument is JSON: a machine, a cache folder, and the phase in which the process kills itself.
 */
import { findLibraryOn } from "../../../lib/engine/library/find_library.ts";
import type { TensorflowWheel } from "../../../lib/engine/library/wheels.ts";

/** What the process is told. */
export interface FetchProcessTask {
  python: string;
  wheel: TensorflowWheel;
  cacheDir: string;
  /** Dies by SIGKILL as soon as this phase has made some, but not all progress. */
  dieIn?: "download" | "verify" | "unpack";
}

if (import.meta.main) {
  const task: FetchProcessTask = JSON.parse(Deno.args[0] ?? "");
  const { python, wheel, cacheDir, dieIn } = task;
  const machine = { os: "linux", arch: "x86_64", python, wheels: [wheel], env: () => undefined };
  const { origin } = await findLibraryOn(machine, {
    cacheDir,
    onProgress({ phase, done, total }) {
      if (phase === dieIn && done > 0 && done !== total) Deno.kill(Deno.pid, "SIGKILL");
    },
  });
  await Deno.stdout.write(new TextEncoder().encode(origin));
}

/** The arguments with which Deno runs the task, by default with all permissions. */
export function fetchArguments(
  task: FetchProcessTask,
  permissions: readonly string[] = ["--allow-all"],
): string[] {
  return ["run", "--no-prompt", "--frozen", ...permissions, import.meta.url, JSON.stringify(task)];
}

/** Starts the process; its standard output is where the library came from. */
export function startFetch(task: FetchProcessTask): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: fetchArguments(task),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
