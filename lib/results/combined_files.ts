import { join } from "node:path";
import { writeFileAtomic } from "../io/atomic.ts";
import { FileFormatError } from "../io/errors.ts";
import { isMissing } from "../io/system_error.ts";
import { JsonField } from "../io/json_field.ts";
import type { Manifest } from "./manifest.ts";
import { MANIFESTS_KEY, manifestText, readManifest } from "./manifest_json.ts";
import { readLimited } from "./read_limited.ts";
import { CURVES, LAYERS, RUNS } from "./row_format.ts";
import { decodeRows, encodeRows } from "./rows_ipc.ts";
import type { CurveRow, LayerRow, RunRow } from "./run_row.ts";
import type { RunResult } from "./run_result.ts";
import { checkSeal, parseSeals, SEALS_KEY, sealsText } from "./seals.ts";

/** The names of the combined files in the folder of a study. */
export const COMBINED = ["runs.arrow", "curves.arrow", "layers.arrow"] as const;

/** The results of a study. */
export interface StudyResults {
  readonly runs: readonly RunRow[];
  readonly curves: readonly CurveRow[];
  readonly layers: readonly LayerRow[];
  /** The manifest of each run, by its id. */
  readonly manifests: ReadonlyMap<string, Manifest>;
}

/**
 * Writes `runs.arrow`, `curves.arrow` and `layers.arrow`, each complete or absent.
 *
 * @throws One of `Deno.errors` if the disk refuses.
 */
export async function writeCombined(folder: string, results: readonly RunResult[]): Promise<void> {
  const texts = results.map(({ run, manifest }) =>
    `${JSON.stringify(run.run_id)}:${manifestText(manifest)}`
  );
  const manifests = [MANIFESTS_KEY, `{${texts.join(",")}}`] as const;
  const metadata = new Map([manifests]);
  const curves = encodeRows(CURVES, { rows: results.flatMap(({ curve }) => curve), metadata });
  const layers = encodeRows(LAYERS, { rows: results.flatMap(({ layers }) => layers), metadata });
  const seals = [SEALS_KEY, sealsText(curves, layers)] as const;
  const rows = results.map(({ run }) => run);
  const runs = encodeRows(RUNS, { rows, metadata: new Map([manifests, seals]) });
  await writeFileAtomic(join(folder, COMBINED[1]), curves);
  await writeFileAtomic(join(folder, COMBINED[2]), layers);
  await writeFileAtomic(join(folder, COMBINED[0]), runs);
}

/**
 * Reads the combined files of a study, for figures and reports. Nothing is locked or changed.
 *
 * @param folder The folder of the study, such as `results/quick`.
 * @throws {Deno.errors.NotFound} If there is none of them.
 * @throws {SchemaVersionError} If they are of another version.
 * @throws {FileFormatError} If one is missing, cut, damaged, or was not written together with the others.
 */
export async function readResults(folder: string): Promise<StudyResults> {
  const [runs, curves, layers] = await Promise.all(COMBINED.map((name) => readPart(folder, name)));
  if (!runs && !curves && !layers) throw new Deno.errors.NotFound(noResults(folder));
  if (!runs || !curves || !layers) {
    const missing = COMBINED.filter((_, k) => ![runs, curves, layers][k]);
    throw withRemedy(
      new FileFormatError(join(folder, missing[0] ?? ""), {
        where: "the file",
        expected: `there beside ${
          COMBINED.filter((name) => !missing.includes(name)).join(" and ")
        }`,
        found: "nothing",
      }),
    );
  }
  try {
    return parseParts({ runs, curves, layers });
  } catch (error) {
    throw error instanceof FileFormatError ? withRemedy(error) : error;
  }
}

interface Part {
  readonly path: string;
  readonly bytes: Uint8Array;
}

function parseParts({ runs, curves, layers }: Record<"runs" | "curves" | "layers", Part>) {
  const { rows, metadata } = decodeRows(RUNS, runs);
  const seals = parseSeals(metadata.get(SEALS_KEY), runs.path);
  checkSeal({ ...curves, seal: seals.curves });
  checkSeal({ ...layers, seal: seals.layers });
  return {
    runs: rows,
    curves: decodeRows(CURVES, curves).rows,
    layers: decodeRows(LAYERS, layers).rows,
    manifests: manifestsOf(metadata.get(MANIFESTS_KEY), { rows, path: runs.path }),
  };
}

function withRemedy(error: FileFormatError): FileFormatError {
  const remedy =
    "restore the three files of the folder, as by git checkout, or start the sweep of " +
    "the study again, which writes them anew from the runs that were done here";
  return new FileFormatError(error.path, { ...error, remedy }, { cause: error });
}

function manifestsOf(
  text: string | undefined,
  { rows, path }: { rows: readonly RunRow[]; path: string },
): ReadonlyMap<string, Manifest> {
  const root = JsonField.parse(text ?? "null", path);
  return new Map(rows.map(({ run_id }) => [run_id, readManifest(root.get(run_id), path)]));
}

async function readPart(folder: string, name: string): Promise<Part | undefined> {
  const path = join(folder, name);
  try {
    return { path, bytes: await readLimited(path) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function noResults(folder: string): string {
  return `Cannot read the results in ${JSON.stringify(folder)}: it must hold ` +
    `${COMBINED.join(", ")}: run the study, which writes them at its end`;
}
