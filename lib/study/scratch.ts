import { join } from "node:path";
import { isMissing } from "../io/system_error.ts";

/** The folder in which a run keeps what it needs to be taken up. */
export function scratchOf(folder: string, runId: string): string {
  return join(folder, "running", runId);
}

/** Removes a run's folder, if there is one. */
export async function removeScratch(folder: string, runId: string): Promise<void> {
  try {
    await Deno.remove(scratchOf(folder, runId), { recursive: true });
  } catch (error) {
    // A run that trains nothing has none.
    if (!isMissing(error)) throw error;
  }
}

/** The runs that have a folder. */
export async function scratchIds(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(join(folder, "running")))).map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
