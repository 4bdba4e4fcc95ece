/**
 * `deno task notebooks [name…]`: runs the notebooks and keeps their outputs in them.
 *
 * @module
 */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CellFault,
  checkCells,
  jupyterPackages,
  nearestNames,
  readNotebook,
  runNotebook,
  writeNotebook,
} from "../../mod.ts";
import { newCommand, positiveInteger, runCommand, writeLine } from "./command.ts";
import { INTERRUPTED, interruptible } from "./interruptible.ts";
import { ProgressBar } from "./progress_bar.ts";

interface NotebooksCommandOptions {
  readonly check: boolean;
  readonly timeout: number;
  readonly folder: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs notebooks by their names, all without names; returns the exit code. */
async function run(
  names: readonly string[],
  options: NotebooksCommandOptions,
): Promise<number> {
  const paths = await pathsOf(names, options.folder);
  const packages = await jupyterPackages({
    onInstall: () => void writeLine(Deno.stderr, "Installing Jupyter's client, once"),
  });
  using stop = interruptible("stopping; the notebook that was running stays as it was");
  let failed = false;
  for (const path of paths) {
    const start = performance.now();
    const faults = await runOne(path, { ...options, packages, signal: stop.signal });
    if (stop.signal.aborted) return INTERRUPTED;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const name = basename(path);
    for (const { cell, message } of faults) {
      await writeLine(Deno.stderr, `${name}${cell > 0 ? `, cell ${cell}` : ""}: ${message}`);
    }
    if (faults.length === 0) await writeLine(Deno.stdout, `${name}: ok, ${seconds} s`);
    failed ||= faults.length > 0;
  }
  return failed ? 1 : 0;
}

type RunOneOptions =
  & Pick<NotebooksCommandOptions, "check" | "timeout">
  & Required<Pick<Parameters<typeof runNotebook>[1] & object, "packages" | "signal">>;

async function runOne(
  path: string,
  { check, timeout, packages, signal }: RunOneOptions,
): Promise<CellFault[]> {
  const notebook = await readNotebook(path);
  const types = await checkCells(notebook);
  if (types.length > 0) return types;
  using bar = new ProgressBar();
  try {
    const faults = await runNotebook(notebook, {
      packages,
      timeout,
      signal,
      folders: folderNames(),
      onProgress: (progress) => bar.update(progress),
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
    .action(async (names: string[], options: NotebooksCommandOptions) => {
      code = await run(names, options);
    });
  const failed = await runCommand(command, Deno.args);
  Deno.exit(failed || code);
}
