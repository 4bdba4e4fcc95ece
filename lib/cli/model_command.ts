import { type Command, Option } from "commander";
import { engine, type LlamaModel, loadModel } from "../../mod.ts";
import { positiveInteger } from "./command.ts";
import type { ProgressBar } from "./progress_bar.ts";

/** What commands that run a model share. */
export interface ModelOptions {
  readonly model: string;
  readonly backend: engine.BackendName | "auto";
  readonly threads?: number;
}

/** Adds the options of {@linkcode ModelOptions}. */
export function addModelOptions(command: Command): Command {
  return command
    .requiredOption(
      "--model <source>",
      "a folder, a .gguf file, owner/name[@revision] on the hub, brown-4m or smollm2-135m",
    )
    .addOption(
      new Option("--backend <name>", "the backend to start").choices(["auto", ...engine.BACKENDS])
        .default("auto"),
    )
    .option("--threads <count>", "threads that one op may use (default: all)", positiveInteger);
}

/** Starts the engine and loads the model, with progress on a bar. */
export async function startWithModel(
  { model, backend, threads }: ModelOptions,
  bar: ProgressBar,
): Promise<LlamaModel> {
  await engine.start({
    backend,
    onProgress: (progress) => bar.update(progress),
    ...(threads === undefined ? {} : { threads }),
  });
  return await loadModel(model, { onProgress: (progress) => bar.update(progress) });
}
