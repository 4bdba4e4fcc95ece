/** What a script did that ran in a process of its own. */
export interface ScriptResult {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs TypeScript in a Deno process of its own, so that its memory and its end can be looked at.
 *
 * `tf` and `engine` are imported, and the engine is started.
 */
export async function runScript(
  body: string,
  { backend = "tensorflow" }: { readonly backend?: "tensorflow" | "pjrt" } = {},
): Promise<ScriptResult> {
  const root = new URL("../../mod.ts", import.meta.url).href;
  const source = `
import { engine, tf } from ${JSON.stringify(root)};
await engine.start({ backend: "${backend}" });
${body}`;
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/script.ts`;
    await Deno.writeTextFile(path, source);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--v8-flags=--expose-gc",
        "--no-check",
        "--config",
        config,
        "--allow-all",
        path,
      ],
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Source of `residentMiB()` and `peakMiB()` for scripts; the peak counts from `resetPeak()` on. */
export const MEMORY_PROBE = `
const field = (name) =>
  Number(/\\d+/.exec(Deno.readTextFileSync("/proc/self/status").split(name + ":")[1])[0]) / 1024;
const residentMiB = () => field("VmRSS");
const peakMiB = () => field("VmHWM");
const resetPeak = () => Deno.writeTextFileSync("/proc/self/clear_refs", "5");
`;
