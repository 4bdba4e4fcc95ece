/**
 * `deno task notebooks [name…]`: runs the notebooks and keeps their outputs in them.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CellFault,
  checkNotebooks,
  gapsOf,
  jupyterPackages,
  nearestNames,
  type Notebook,
  readNotebook,
  runNotebook,
  writeNotebook,
} from "../../mod.ts";
import { newCommand, positiveInteger, runCommand, writeLine } from "./command.ts";
import { interruptible } from "./interruptible.ts";
import { ProgressBar } from "./progress_bar.ts";

interface NotebooksCommandOptions {
  readonly check: boolean;
  readonly timeout: number;
  readonly folder: string;
  readonly results?: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs notebooks by their names, all without names; returns the exit code. */
async function run(
  names: readonly string[],
  options: NotebooksCommandOptions,
): Promise<number> {
  const notebooks = await Promise.all((await pathsOf(names, options.folder)).map(readNotebook));
  const packages = await jupyterPackages({
    onInstall: () => void writeLine(Deno.stderr, "Installing Jupyter's client, once"),
  });
  using stop = interruptible("stopping; the notebook that was running stays as it was");
  const types = await checkNotebooks(notebooks);
  let failed = false;
  for (const [index, notebook] of notebooks.entries()) {
    const start = performance.now();
    const wrong = types[index] ?? [];
    const faults = wrong.length > 0
      ? wrong
      : await runOne(notebook, { ...options, packages, signal: stop.signal });
    if (stop.signal.aborted) return stop.exitCode;
    const seconds = (performance.now() - start) / 1000;
    await tell(notebook, faults, seconds);
    failed ||= faults.length > 0;
  }
  return failed ? 1 : 0;
}

async function tell(notebook: Notebook, faults: readonly CellFault[], seconds: number) {
  const name = basename(notebook.path);
  for (const { cell, message } of faults) {
    await writeLine(Deno.stderr, `${name}${cell > 0 ? `, cell ${cell}` : ""}: ${message}`);
  }
  if (faults.length > 0) return;
  await writeLine(Deno.stdout, `${name}: ok, ${seconds.toFixed(1)} s`);
  for (const gap of gapsOf(notebook)) await writeLine(Deno.stdout, `  ${gap}`);
}

type RunOneOptions =
  & Pick<NotebooksCommandOptions, "check" | "timeout" | "results">
  & Required<Pick<Parameters<typeof runNotebook>[1] & object, "packages" | "signal">>;

async function runOne(
  notebook: Notebook,
  { check, timeout, results, packages, signal }: RunOneOptions,
): Promise<CellFault[]> {
  using bar = new ProgressBar();
  try {
    const faults = await runNotebook(notebook, {
      packages,
      timeout,
      signal,
      folders: folderNames(),
      onProgress: (progress) => bar.update(progress),
      ...(results !== undefined && { env: { QATLAB_RESULTS: resolve(results) } }),
    });
    // The outputs of a failed notebook are not what readers should find.
    if (!check && faults.length === 0) await writeNotebook(notebook);
    return faults;
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

function folderNames(): ReadonlyMap<string, string> {
  const home = Deno.env.get("HOME");
  return new Map([[ROOT, ""], ...(home ? [[home, "~"] as const] : [])]);
}

async function pathsOf(names: readonly string[], folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const known = entries.map(({ name }) => name).filter((name) =>
    name.endsWith(".ipynb") && !name.startsWith(".")
  ).map((name) => basename(name, ".ipynb")).sort();
  const asked = names.map((name) => basename(name, ".ipynb"));
  for (const name of asked) {
    if (known.includes(name)) continue;
    const near = nearestNames(name, known).map((other) => `'${other}'`).join(" or ");
    throw new RangeError(
      `Unknown notebook '${name}': ${
        near ? `did you mean ${near}?` : `known are ${known.join(", ")}`
      }`,
    );
  }
  return (asked.length > 0 ? asked : known).map((name) => join(folder, `${name}.ipynb`));
}

if (import.meta.main) {
  let code = 0;
  const command = newCommand("notebooks", "Runs notebooks from the top and keeps their outputs.")
    .argument("[names...]", "notebooks, such as 00-quickstart (default: all)")
    .option("--check", "run and check them, and change no file", false)
    .option("--timeout <seconds>", "how long one cell may take", positiveInteger, 600)
    .option("--folder <path>", "the folder of the notebooks", join(ROOT, "notebooks"))
    .option("--results <folder>", "the folder of all results (default: the project's results)")
    .action(async (names: string[], options: NotebooksCommandOptions) => {
      code = await run(names, options);
    });
  const failed = await runCommand(command, Deno.args);
  Deno.exit(failed || code);
}
