import type { Measurement } from "./measure.ts";

/** Runs one of the trainer's measurements in a process of its own. */
export function measureTrainer(args: readonly string[]): Promise<Measurement> {
  return run(Deno.execPath(), [
    "run",
    "--v8-flags=--expose-gc",
    "--no-check",
    "--allow-env",
    "--allow-read",
    "--allow-write",
    "--allow-run=python3",
    "--allow-ffi",
    "--allow-sys",
    pathOf("./train_worker.ts"),
    ...args,
  ]);
}

/** Runs PyTorch's measurement in `QATLAB_PYTHON`, else in `python3`. */
export function measureTorchTraining(args: readonly string[]): Promise<Measurement> {
  const python = Deno.env.get("QATLAB_PYTHON") ?? "python3";
  return run(python, [pathOf("./torch_train_peer.py"), ...args]);
}

function pathOf(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

async function run(command: string, args: readonly string[]): Promise<Measurement> {
  const env = { THREADS: String(navigator.hardwareConcurrency), NO_COLOR: "1" };
  const decoder = new TextDecoder();
  try {
    const output = await new Deno.Command(command, { args: [...args], env }).output();
    if (output.success) return { values: JSON.parse(decoder.decode(output.stdout)) };
    const lines = decoder.decode(output.stderr).trim().split("\n");
    return { missing: lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "failed" };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
