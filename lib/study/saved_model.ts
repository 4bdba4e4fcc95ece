import { join } from "node:path";
import { isMissing } from "../io/system_error.ts";
import { MODELS_FOLDER } from "../results/mod.ts";

/** Where a sweep saves the merged model of a run. */
export function savedModelPath(folder: string, runId: string): string {
  return join(folder, MODELS_FOLDER, `${runId}.safetensors`);
}

/** Removes the merged model of a run, if there is one. */
export async function removeSavedModel(folder: string, runId: string): Promise<void> {
  try {
    await Deno.remove(savedModelPath(folder, runId));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
