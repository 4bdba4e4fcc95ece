/** What one measurement printed, or why there is none. */
export type Measurement =
  | { readonly values: Readonly<Record<string, number>> }
  | { readonly missing: string };

/** Options of {@linkcode measureOurs} and {@linkcode measurePeer}. */
export interface MeasureOptions {
  /** Variables of the environment besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

const PERMISSIONS = ["env", "read", "write", "run=python3", "ffi", "sys"].map((name) =>
  `--allow-${name}`
);

/**
 * Runs one of our own measurements in a process of its own.
 *
 * @param worker The script, beside this file.
 * @param args Its arguments.
 */
export function measureOurs(
  worker: string,
  args: readonly string[],
  options: MeasureOptions & { readonly permissions?: readonly string[] } = {},
): Promise<Measurement> {
  const { permissions = PERMISSIONS, env = {} } = options;
  const flags = ["--v8-flags=--expose-gc", "--no-check", ...permissions];
  return run(Deno.execPath(), { args: ["run", ...flags, pathOf(worker), ...args], env });
}

/** Runs a measurement of PyTorch in `QATLAB_PYTHON`, else in `python3`. */
export function measurePeer(
  peer: string,
  args: readonly string[],
  { env = {} }: MeasureOptions = {},
): Promise<Measurement> {
  const python = Deno.env.get("QATLAB_PYTHON") ?? "python3";
  return run(python, { args: [pathOf(peer), ...args], env });
}

/** A value of a measurement, `NaN` where it is missing. */
export function valueOf(measurement: Measurement | undefined, name: string): number {
  return measurement && "values" in measurement ? measurement.values[name] ?? NaN : NaN;
}

function pathOf(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

interface Command {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function run(command: string, { args, env }: Command): Promise<Measurement> {
  const all = { THREADS: String(navigator.hardwareConcurrency), NO_COLOR: "1", ...env };
  const decoder = new TextDecoder();
  try {
    const output = await new Deno.Command(command, { args: [...args], env: all }).output();
    if (output.success) return { values: JSON.parse(decoder.decode(output.stdout)) };
    const lines = decoder.decode(output.stderr).trim().split("\n");
    return { missing: lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "failed" };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
