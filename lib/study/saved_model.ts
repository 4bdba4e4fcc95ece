import { join } from "node:path";

/** Where a sweep saves the merged model of a run. */
export function savedModelPath(folder: string, runId: string): string {
  return join(folder, "models", `${runId}.safetensors`);
}
