import { type Command, Option } from "commander";
import {
  engine,
  isModelAtHand,
  type LlamaModel,
  loadModel,
  loadModelTokenizer,
  loadQuantizedModel,
  type QuantizedModel,
  quantizedSource,
  type Tokenizer,
} from "../../mod.ts";
import { positiveInteger } from "./command.ts";
import type { ProgressBar } from "./progress_bar.ts";

/** What commands that run a model share. */
export interface ModelOptions {
  readonly model: string;
  readonly tokenizer?: string;
  readonly backend: engine.BackendName | "auto";
  readonly threads?: number;
}

/** Adds the options of {@linkcode ModelOptions}. */
export function addModelOptions(command: Command): Command {
  return command
    .requiredOption(
      "--model <source>",
      "a folder, a .gguf file, a quantized model's .safetensors file, owner/name[@revision] on the " +
        "hub, brown-4m or smollm2-135m",
    )
    .option(
      "--tokenizer <source>",
      "the model whose tokenizer goes with a quantized one (default: that which it was made from, where it is at hand)",
    )
    .addOption(
      new Option("--backend <name>", "the backend to start").choices(["auto", ...engine.BACKENDS])
        .default("auto"),
    )
    .option("--threads <count>", "threads that one op may use (default: all)", positiveInteger);
}

/** A model that can score and continue texts. */
export type RunnableModel = LlamaModel | QuantizedModel<Tokenizer>;

/**
 * Starts the engine and loads the model, with progress on a bar.
 *
 * @throws {RangeError} If the model is unknown, or a quantized one comes without its tokenizer.
 */
export async function startWithModel(
  { model, tokenizer, backend, threads }: ModelOptions,
  bar: ProgressBar,
): Promise<RunnableModel> {
  const onProgress = bar.update.bind(bar);
  const isQuantized = model.toLowerCase().endsWith(".safetensors");
  if (tokenizer !== undefined && !isQuantized) {
    throw new RangeError("Leave out --tokenizer: only a quantized model's file comes without one");
  }
  const source = isQuantized ? tokenizer ?? await ownSource(model) : model;
  await engine.start({ backend, onProgress, ...(threads === undefined ? {} : { threads }) });
  if (!isQuantized) return await loadModel(source, { onProgress });
  return await loadQuantizedModel(model, {
    tokenizer: await loadModelTokenizer(source, { onProgress }),
  });
}

// A file from elsewhere must not choose whom this machine asks.
async function ownSource(path: string): Promise<string> {
  const source = await quantizedSource(path);
  if (source !== undefined && await isModelAtHand(source)) return source;
  const told = source === undefined
    ? "does not tell what it was made from"
    : `was made from ${JSON.stringify(source.slice(0, 100))}, which is not on this machine`;
  throw new RangeError(
    `${JSON.stringify(path)} ${told}: give the model whose tokenizer it takes, by --tokenizer`,
  );
}
