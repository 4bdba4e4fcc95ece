import { dirname, resolve } from "node:path";
import type { Displays } from "./cell_outputs.ts";
import { type JupyterPackages, jupyterPackages } from "./jupyter_packages.ts";
import { KernelSession } from "./kernel_session.ts";
import { missingOutputs } from "./missing_outputs.ts";
import type { CodeCell, Notebook } from "./notebook.ts";
import { runCell } from "./run_cell.ts";
import { type TidyOptions, tidyOutput } from "./tidy_output.ts";

/** How far a notebook is. */
export interface NotebookProgress {
  readonly phase: "notebook";
  readonly done: number;
  readonly total: number;
  readonly unit: "cells";
}

/** Options for {@linkcode runNotebook}. */
export interface RunNotebookOptions extends TidyOptions {
  /** Jupyter's client; by default it is installed where it is missing. */
  readonly packages?: JupyterPackages;
  /** Environment variables for the kernel, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long one cell may take, seconds. Default: 600. */
  readonly timeout?: number;
  /** Called after each cell. */
  readonly onProgress?: (progress: NotebookProgress) => void;
  /** Stops the run, in the midst of a cell too. */
  readonly signal?: AbortSignal;
}

/** What is wrong with a cell. */
export interface CellFault {
  /** The cell's place among all cells of the notebook, from 1; 0 where it is not known. */
  readonly cell: number;
  /** One sentence. */
  readonly message: string;
}

/**
 * Runs a notebook from the top in a fresh Deno kernel and puts the outputs into its cells; the file stays
 * as it is. The first cell that fails is the last one that runs.
 *
 * @returns What is wrong; nothing if every cell did what its tags say.
 * @throws {JupyterUnavailableError} If Jupyter's client cannot be installed.
 */
export async function runNotebook(
  notebook: Notebook,
  options: RunNotebookOptions = {},
): Promise<CellFault[]> {
  const { onProgress, signal, env = {} } = options;
  const packages = options.packages ?? await jupyterPackages(signal ? { signal } : {});
  await using kernel = await KernelSession.open({
    packages,
    cwd: resolve(dirname(notebook.path)),
    env,
  });
  const displays: Displays = new Map();
  const cells = notebook.cells.entries().filter(([, { kind }]) => kind === "code").toArray();
  const run: Run = { kernel, displays, options };
  for (const [done, [index, cell]] of cells.entries()) {
    const message = await attempt(cell as CodeCell, run);
    if (message !== undefined) return [{ cell: index + 1, message }];
    onProgress?.({ phase: "notebook", done: done + 1, total: cells.length, unit: "cells" });
  }
  return missingOutputs(notebook);
}

interface Run {
  readonly kernel: KernelSession;
  readonly displays: Displays;
  readonly options: RunNotebookOptions;
}

// Runs a cell; returns what went wrong.
async function attempt(
  cell: CodeCell,
  { kernel, displays, options }: Run,
): Promise<string | undefined> {
  if (cell.source.trim() === "") return undefined;
  const { timeout = 600, signal } = options;
  const limit = AbortSignal.timeout(timeout * 1000);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    const run = await untilAborted(runCell(kernel, cell.source, displays), stop);
    cell.executionCount = run.executionCount;
    cell.outputs = run.outputs.map((output) => tidyOutput(output, options));
    return run.error === undefined ? undefined : oneLine(run.error);
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.aborted) return `it did not end within ${timeout} s`;
    return oneLine(error instanceof Error ? error.message : String(error));
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", onAbort, { once: true });
  // The kernel's end, which follows, must not count as an error that nobody caught.
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
