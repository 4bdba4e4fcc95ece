import { join } from "node:path";
import { readVariable } from "../io/environment.ts";

/** Where a notebook finds results. */
export interface ResultsFolderOptions {
  /**
   * The folder of all results. Default: `QATLAB_RESULTS`, else `../results`, which is the project's for a
   * notebook in `notebooks/`.
   */
  readonly results?: string;
}

/** The folder of a study's results. */
export function resultsFolder(study: string, { results }: ResultsFolderOptions): string {
  return join(results ?? readVariable("QATLAB_RESULTS") ?? join("..", "results"), study);
}

/** What `read` finds; `undefined` where there is nothing. */
export async function whatIsThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
