import { type BackendName, BACKENDS, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import type { Difference } from "./compare.ts";
import { type GoldenFolder, openGoldenFolder, readCase } from "./golden_folder.ts";
import { GoldenFolderError } from "./golden_folder_error.ts";
import type { Implementation } from "./implementation.ts";
import type { GoldenCase } from "./manifest.ts";
import { implementationOf, type Registry } from "./registry.ts";
import { runCase, type RunMode } from "./run_case.ts";

/** Options of {@linkcode runGolden}. */
export interface RunGoldenOptions {
  /** One backend, which must start, or `all` that `auto` knows and that start here. */
  readonly backend: BackendName | "all";
  /** Run only the cases whose names begin so. */
  readonly casePrefix?: string;
  /** What the project implements. */
  readonly registry: Registry;
  /** Takes each line of the report. */
  readonly print: (line: string) => void;
}

/** What a run came to. */
export interface GoldenSummary {
  /** Cases right on every backend, eager and compiled. */
  readonly passed: number;
  /** Cases wrong somewhere. */
  readonly failed: number;
  /** Cases that the project does not implement, which are no failures. */
  readonly notImplemented: readonly string[];
}

// On pjrt every eager op of a case is compiled, which takes minutes: it must be asked for.
const ALL = BACKENDS.filter((name) => name !== "pjrt");

interface Outcome extends Difference {
  readonly where: string;
}

interface Chosen {
  readonly goldenCase: GoldenCase;
  readonly implementation: Implementation;
  readonly outcomes: Outcome[];
}

/**
 * Runs a folder of golden vectors on the backends that start here and prints a report.
 *
 * @throws {GoldenFolderError} If the folder is unreadable, or no case has the prefix.
 * @throws {Error} If no backend starts, or the one that was asked for does not.
 */
export async function runGolden(
  path: string,
  { backend, casePrefix = "", registry, print }: RunGoldenOptions,
): Promise<GoldenSummary> {
  const folder = await openGoldenFolder(path);
  const cases = folder.cases.filter(({ name }) => name.startsWith(casePrefix));
  if (cases.length === 0) {
    throw new GoldenFolderError(
      `No case in ${path} begins with '${casePrefix}': it has ${folder.cases.length} cases`,
    );
  }
  const chosen: Chosen[] = [];
  const notImplemented: string[] = [];
  for (const goldenCase of cases) {
    const implementation = implementationOf(registry, goldenCase.name);
    if (implementation) chosen.push({ goldenCase, implementation, outcomes: [] });
    else notImplemented.push(goldenCase.name);
  }
  await runOnBackends(backend, folder, { chosen, print });
  for (const { goldenCase, outcomes } of chosen) printCase(goldenCase.name, outcomes, print);
  for (const name of notImplemented) print(`not implemented  ${name}`);
  print(`${notImplemented.length} of ${cases.length} cases are not implemented`);
  const failed = chosen.filter(({ outcomes }) => outcomes.some(isFailure)).length;
  return { passed: chosen.length - failed, failed, notImplemented };
}

interface Work {
  readonly chosen: readonly Chosen[];
  readonly print: (line: string) => void;
}

async function runOnBackends(backend: BackendName | "all", folder: GoldenFolder, work: Work) {
  let started = 0;
  for (const name of backend === "all" ? ALL : [backend]) {
    try {
      await startForGolden(name);
    } catch (error) {
      if (backend !== "all") throw error;
      work.print(`${name}: not available: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    started++;
    await runOnBackend(name, folder, work);
  }
  if (started === 0) throw new Error("No backend starts on this machine: nothing was run");
}

/** Starts a backend for golden vectors. */
export async function startForGolden(backend: BackendName): Promise<void> {
  await start({ backend });
  // TF.js would compute small tensors on the CPU, and golden vectors are small.
  if (backend === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
}

async function runOnBackend(backend: BackendName, folder: GoldenFolder, { chosen, print }: Work) {
  const modes = modesOf(backend);
  print(
    modes.length > 1
      ? `${backend}: eager and compiled`
      : `${backend}: eager only, it has no compiler`,
  );
  for (const { goldenCase, implementation, outcomes } of chosen) {
    for (const mode of modes) {
      const where = modes.length > 1 ? `${backend} ${mode}` : backend;
      outcomes.push({ where, ...await runOne(folder, goldenCase, { implementation, mode }) });
    }
  }
}

/** How a backend runs cases: `engine.compile` does nothing on those without a compiler. */
export function modesOf(backend: BackendName): readonly RunMode[] {
  const compiles = backend === "tensorflow" || backend === "pjrt";
  return compiles ? ["eager", "compiled"] : ["eager"];
}

interface RunOneOptions {
  readonly implementation: Implementation;
  readonly mode: RunMode;
}

async function runOne(
  folder: GoldenFolder,
  goldenCase: GoldenCase,
  options: RunOneOptions,
): Promise<Difference> {
  try {
    return await runCase(goldenCase, { ...options, tensors: await readCase(folder, goldenCase) });
  } catch (error) {
    if (!(error instanceof GoldenFolderError)) throw error;
    return { error: Infinity, problem: error.message };
  }
}

function isFailure({ problem }: Difference): boolean {
  return problem !== undefined;
}

function printCase(name: string, outcomes: readonly Outcome[], print: (line: string) => void) {
  const errors = outcomes.map(({ where, error }) => `${where} ${formatError(error)}`).join(", ");
  print(`${outcomes.some(isFailure) ? "FAILED" : "ok    "}  ${name}: ${errors}`);
  for (const { where, problem } of outcomes) {
    if (problem !== undefined) print(`        ${where}: ${problem}`);
  }
}

// In units of what is allowed: 0.25 is a quarter of the tolerance.
function formatError(error: number): string {
  return error === 0 || !Number.isFinite(error) ? `${error}` : error.toPrecision(2);
}
