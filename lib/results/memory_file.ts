import { join } from "node:path";
import { writeFileAtomic } from "../io/atomic.ts";
import { canonicalJson } from "../io/config_hash.ts";
import { JsonField } from "../io/json_field.ts";
import { makeFolder } from "../io/make_folder.ts";
import { isMissing } from "../io/system_error.ts";
import type { CodeState } from "./code_state.ts";
import type { MemoryProfileRow, StepRows } from "./memory_row.ts";
import { readLimited } from "./read_limited.ts";
import { MEMORY } from "./row_format.ts";
import { decodeRows, encodeRows } from "./rows_ipc.ts";
import { SchemaVersionError } from "./schema_version_error.ts";

/** The file of a study of memory in its folder. */
export const MEMORY_FILE = "memory.arrow";

/** The file of a study that is under way; at its end it takes the place of the finished one. */
const RUNNING_FILE = "memory.running.arrow";

/** Keys of the schema's metadata. */
const [ORIGIN, STEPS] = ["qatlab.origin", "qatlab.steps"];

/** What computed the rows of a study of memory: where it is the same, they need not be computed again. */
export interface MemoryOrigin {
  readonly code: CodeState;
  /** The compiler that planned; null where formulas alone were asked. */
  readonly planner: string | null;
}

/** The rows of a study in its folder, while they are computed. */
export interface MemoryRows {
  /** The first steps, where they are there already by the same origin. */
  readonly known: readonly StepRows[];
  /** Sets all steps so far aside, all at once; what an earlier study found stays until the end. */
  save(steps: readonly StepRows[]): Promise<void>;
  /** Makes the saved rows those of the study; returns the path of their file. */
  finish(): Promise<string>;
}

/**
 * Reads the rows of a study of memory from its folder.
 *
 * @throws {SchemaVersionError} If they are of another version.
 * @throws {FileFormatError} If the file is damaged.
 * @throws {Deno.errors.NotFound} If there is none.
 */
export async function readMemory(folder: string): Promise<readonly MemoryProfileRow[]> {
  const path = join(folder, MEMORY_FILE);
  return decodeRows(MEMORY, { bytes: await readLimited(path), path }).rows;
}

/**
 * Opens the rows of a study: those of one that was stopped, or else of a finished one, or none if
 * there is neither or another origin computed them.
 *
 * @param options.fresh Compute all rows again.
 * @throws {FileFormatError} If a file is damaged.
 */
export async function openMemoryRows(
  folder: string,
  { origin, fresh = false }: { readonly origin: MemoryOrigin; readonly fresh?: boolean },
): Promise<MemoryRows> {
  const running = join(folder, RUNNING_FILE);
  const finished = join(folder, MEMORY_FILE);
  const save = async (steps: readonly StepRows[]) => {
    const counts = steps.map(({ rows, isWhole }) => [rows.length, isWhole]);
    const metadata = new Map([[ORIGIN, canonicalJson(origin)], [STEPS, canonicalJson(counts)]]);
    const rows = steps.flatMap((step) => step.rows);
    await makeFolder(folder);
    await writeFileAtomic(running, encodeRows(MEMORY, { rows, metadata }));
  };
  const known = fresh
    ? undefined
    : await readKnown(running, origin) ?? await readKnown(finished, origin);
  return {
    known: known ?? [],
    save,
    finish: async () => {
      await Deno.rename(running, finished);
      return finished;
    },
  };
}

async function readKnown(
  path: string,
  origin: MemoryOrigin,
): Promise<readonly StepRows[] | undefined> {
  // Code that nobody knows may be any code.
  if (origin.code.revision === null || origin.code.dirty === null) return undefined;
  try {
    const { rows, metadata } = decodeRows(MEMORY, { bytes: await readLimited(path), path });
    if (metadata.get(ORIGIN) !== canonicalJson(origin)) return undefined;
    return stepsOf(rows, JsonField.parse(metadata.get(STEPS) ?? "null", path));
  } catch (error) {
    if (isMissing(error) || error instanceof SchemaVersionError) return undefined;
    throw error;
  }
}

function stepsOf(rows: readonly MemoryProfileRow[], counts: JsonField): StepRows[] {
  let from = 0;
  return counts.items().map((entry) => {
    const [count, isWhole] = [entry.item(0).index(), entry.item(1).boolean(false)];
    from += count;
    return { rows: rows.slice(from - count, from), isWhole };
  });
}
