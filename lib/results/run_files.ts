import { join } from "node:path";
import { writeFileAtomic } from "../io/atomic.ts";
import { FileFormatError } from "../io/errors.ts";
import { isMissing } from "../io/system_error.ts";
import { MANIFEST_KEY, manifestText, parseManifest } from "./manifest_json.ts";
import { readLimited } from "./read_limited.ts";
import { CURVES, isRunId, LAYERS, RUNS } from "./row_format.ts";
import { decodeRows, encodeRows } from "./rows_ipc.ts";
import type { RunRow } from "./run_row.ts";
import { misfit, misfitError, type RunResult } from "./run_result.ts";
import { checkSeal, parseSeals, SEALS_KEY, sealsText } from "./seals.ts";

/** The three files of a run in a folder. */
export interface RunPaths {
  /** Its row. It is written last: a run is done when this file is there. */
  readonly run: string;
  readonly curve: string;
  readonly layers: string;
}

/** Returns the paths of a run's files. */
export function runPaths(folder: string, runId: string): RunPaths {
  return {
    run: join(folder, `${runId}.arrow`),
    curve: join(folder, `${runId}.curve.arrow`),
    layers: join(folder, `${runId}.layers.arrow`),
  };
}

/** Returns the id of the run of which a name is a file, or `undefined` if it is none of ours. */
export function runIdOf(name: string): string | undefined {
  const id = /^([0-9a-f]+)(?:\.curve|\.layers)?\.arrow$/.exec(name)?.[1];
  return id !== undefined && isRunId(id) ? id : undefined;
}

/**
 * Writes the files of a run, each complete or absent. The same result gives the same bytes.
 *
 * @throws {TypeError | RangeError} If a row breaks the rules of its table, or the parts do not fit.
 * @throws One of `Deno.errors` if the disk refuses; the run then counts as not done.
 */
export async function writeRunFiles(paths: RunPaths, result: RunResult): Promise<void> {
  const wrong = misfit(result);
  if (wrong !== undefined) {
    throw new RangeError(`Cannot write the results of run '${result.run.run_id}': ${wrong}`);
  }
  const manifest = [MANIFEST_KEY, manifestText(result.manifest)] as const;
  const metadata = new Map([manifest]);
  const curve = encodeRows(CURVES, { rows: result.curve, metadata });
  const layers = encodeRows(LAYERS, { rows: result.layers, metadata });
  const seals = [SEALS_KEY, sealsText(curve, layers)] as const;
  const run = encodeRows(RUNS, { rows: [result.run], metadata: new Map([manifest, seals]) });
  // An older row must not stand beside newer siblings, which its seals do not know.
  await Deno.remove(paths.run).catch(ignoreMissing);
  await writeFileAtomic(paths.curve, curve);
  await writeFileAtomic(paths.layers, layers);
  await writeFileAtomic(paths.run, run);
}

/**
 * Reads a run's row, and checks that its other files are those that were written with it.
 *
 * @throws {SchemaVersionError} If it is of another version.
 * @throws {FileFormatError} If a file is missing, cut, damaged, or anything else.
 * @throws One of `Deno.errors` if a file cannot be read.
 */
export async function readRunRow(paths: RunPaths): Promise<RunRow> {
  return (await readSealed(paths)).run;
}

/**
 * Reads all of a run.
 *
 * @throws As {@linkcode readRunRow}.
 */
export async function readRunFiles(paths: RunPaths): Promise<RunResult> {
  const { run, manifest, curve, layers } = await readSealed(paths);
  const result: RunResult = {
    run,
    manifest,
    curve: decodeRows(CURVES, { bytes: curve, path: paths.curve }).rows,
    layers: decodeRows(LAYERS, { bytes: layers, path: paths.layers }).rows,
  };
  const wrong = misfit(result);
  if (wrong !== undefined) throw misfitError(paths.run, wrong);
  return result;
}

async function readSealed(paths: RunPaths) {
  const bytes = await readPart(paths.run);
  const { rows: [run, ...more], metadata } = decodeRows(RUNS, { bytes, path: paths.run });
  if (run === undefined || more.length > 0) {
    throw misfitError(paths.run, run === undefined ? "none" : `${more.length + 1} runs`);
  }
  const manifest = parseManifest(metadata.get(MANIFEST_KEY) ?? "null", paths.run);
  if (paths.run !== runPaths(join(paths.run, ".."), run.run_id).run) {
    throw misfitError(paths.run, `run '${run.run_id}' under another run's name`);
  }
  const seals = parseSeals(metadata.get(SEALS_KEY), paths.run);
  const [curve, layers] = [await readPart(paths.curve), await readPart(paths.layers)];
  checkSeal({ bytes: curve, path: paths.curve, seal: seals.curves });
  checkSeal({ bytes: layers, path: paths.layers, seal: seals.layers });
  return { run, manifest, curve, layers };
}

async function readPart(path: string): Promise<Uint8Array> {
  try {
    return await readLimited(path);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    const problem = { where: "the file", expected: "one beside its run's others", found: "none" };
    throw new FileFormatError(path, problem, { cause });
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
