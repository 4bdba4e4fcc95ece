import { join } from "node:path";
import type { MemoryProfileRow } from "./memory_row.ts";
import { readLimited } from "./read_limited.ts";
import { MEMORY } from "./row_format.ts";
import { decodeRows } from "./rows_ipc.ts";

/** The file of a study of memory in its folder. */
export const MEMORY_FILE = "memory.arrow";

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
