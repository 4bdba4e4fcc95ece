/**
 * `deno task doctor`: what the engine runs on, why, and what to do about what is missing.
 *
 * @module
 */
import { Option } from "commander";
import { engine } from "../../mod.ts";
import { newCommand, positiveInteger, runCommand } from "./command.ts";
import { formatOption, type FormatOptions, writeResult } from "./format_option.ts";
import { ProgressBar } from "./progress_bar.ts";

interface DoctorOptions extends FormatOptions {
  readonly backend: engine.BackendName | "auto";
  readonly threads?: number;
  readonly cuda?: boolean;
  readonly fetch: boolean;
}

/** A line of the report: what, its value, and the reason or the remedy. */
export type DoctorRow = readonly [what: string, value: string, reason: string];

/** Starts the engine and reports. */
export async function doctor(options: DoctorOptions): Promise<DoctorRow[]> {
  const { threads, cuda } = options;
  using bar = new ProgressBar();
  const before = performance.now();
  const status = await engine.start({
    backend: options.backend,
    fetch: options.fetch,
    onProgress: (progress) => bar.update(progress),
    ...(threads === undefined ? {} : { threads }),
    ...(cuda === undefined ? {} : { cuda }),
  });
  const seconds = ((performance.now() - before) / 1000).toFixed(2);
  return [
    ["backend", status.backend.value, `${status.backend.reason}; started in ${seconds} s`],
    ...status.refused.map(({ value, reason }) => ["", `not ${value}`, reason] as const),
    ...libraryRows(status),
    ...status.devices.map(deviceRow),
    ["threads", String(status.threads.value), status.threads.reason],
    compileRow(status),
    ...pluginRows(await engine.listPlugins()),
    ...[...engine.probeDTypes()].map(([dtype, { value, reason }]) =>
      ["dtype", `${dtype} ${value}`, reason] as const
    ),
  ];
}

function deviceRow({ name, type, memoryBytes }: engine.EngineStatus["devices"][number]): DoctorRow {
  const memory = memoryBytes === undefined
    ? ""
    : `; ${(memoryBytes / 2 ** 30).toFixed(1)} GiB for this process`;
  return ["device", type, name + memory];
}

function pluginRows(reports: readonly engine.PluginReport[]): DoctorRow[] {
  const first = reports.findIndex(({ usable }) => usable);
  return reports.map(({ source, plugin, usable, reason }, i) => {
    const value = plugin ? `${usable ? "" : "not "}${plugin.kind}` : "none";
    const use = i === first ? "; the one that --backend pjrt takes" : "";
    return ["plugin", value, `${source}: ${reason}${use}`];
  });
}

function libraryRows({ library, plugin, version }: engine.EngineStatus): DoctorRow[] {
  if (plugin) return [["library", `PJRT plugin, ${plugin.kind}`, `${version}: ${plugin.path}`]];
  if (!library) return [];
  return [
    ["library", `TensorFlow ${version}`, `${library.origin}: ${library.core}`],
    ...library.reasons.filter(({ taken }) => !taken)
      .map(({ source, reason }) => ["", `not ${source}`, reason] as const),
  ];
}

function compileRow({ backend }: engine.EngineStatus): DoctorRow {
  const compiles = backend.value === "tensorflow" || backend.value === "pjrt";
  return compiles ? ["compile", "XLA", "a step runs as one executable"] : [
    "compile",
    "no",
    `${backend.value} runs a step op by op; the tensorflow backend compiles it`,
  ];
}

function table(rows: readonly DoctorRow[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([what, value, reason]) =>
    `${what.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${reason}`
  ).join("\n");
}

if (import.meta.main) {
  const command = newCommand("doctor", "Says what the engine runs on, why, and what is missing.")
    .addOption(
      new Option("--backend <name>", "the backend to start").choices(["auto", ...engine.BACKENDS])
        .default("auto"),
    )
    .option("--threads <count>", "threads that one op may use (default: all)", positiveInteger)
    .option("--cuda", "insist on a library with CUDA kernels")
    .option("--no-fetch", "only look for the library, download nothing")
    .addOption(formatOption())
    .action(async (options: DoctorOptions) => {
      const rows = await doctor(options);
      const named = rows.map(([what, value, reason]) => ({ what, value, reason }));
      await writeResult(options, named, table(rows));
    });
  Deno.exit(await runCommand(command, Deno.args));
}
