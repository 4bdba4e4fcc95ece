/** What one measurement printed, or why there is none. */
export type Measurement =
  | { readonly values: Readonly<Record<string, number>> }
  | { readonly missing: string };

/** Runs one of our own measurements in a process of its own. */
export function measureEngine(args: readonly string[]): Promise<Measurement> {
  const worker = new URL("./engine_worker.ts", import.meta.url).pathname;
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
    worker,
    ...args,
  ]);
}

/** Runs PyTorch's measurement in `QATLAB_PYTHON`, else in `python3`. */
export function measureTorch(args: readonly string[]): Promise<Measurement> {
  const peer = new URL("./torch_peer.py", import.meta.url).pathname;
  return run(Deno.env.get("QATLAB_PYTHON") ?? "python3", [peer, ...args]);
}

/** A value of a measurement, `NaN` where it is missing. */
export function valueOf(measurement: Measurement | undefined, name: string): number {
  return measurement && "values" in measurement ? measurement.values[name] ?? NaN : NaN;
}

async function run(command: string, args: readonly string[]): Promise<Measurement> {
  const env = { THREADS: String(navigator.hardwareConcurrency), NO_COLOR: "1" };
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, { args: [...args], env }).output();
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
  const decoder = new TextDecoder();
  if (!output.success) {
    const lines = decoder.decode(output.stderr).trim().split("\n");
    return { missing: lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "failed" };
  }
  return { values: JSON.parse(decoder.decode(output.stdout)) };
}
