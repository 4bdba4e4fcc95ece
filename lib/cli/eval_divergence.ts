import type { Command } from "commander";
import { divergence, type DivergenceResult, loadModel } from "../../mod.ts";
import { writeLine } from "./command.ts";
import { formatOption, type FormatOptions, nameTable } from "./format_option.ts";
import { addModelOptions, type ModelOptions, startWithModel } from "./model_command.ts";
import { ProgressBar } from "./progress_bar.ts";
import { addTextOptions, openTextOf, protocolOf, type TextOptions } from "./text_options.ts";

interface DivergenceCommandOptions extends ModelOptions, TextOptions, FormatOptions {
  readonly reference: string;
}

/** Starts the engine, loads both models and compares them. */
async function measure(
  options: DivergenceCommandOptions,
  command: Command,
): Promise<DivergenceResult> {
  using bar = new ProgressBar();
  // Before the models are loaded, so that a mistyped name shows at once.
  const text = await openTextOf(options, command);
  using model = await startWithModel(options, bar);
  using reference = await loadModel(options.reference, {
    onProgress: (progress) => bar.update(progress),
  });
  return await divergence(model, reference, text, {
    ...protocolOf(options),
    onProgress: (progress) => bar.update(progress),
  });
}

function table(
  { model, reference }: DivergenceCommandOptions,
  { protocol, ...result }: DivergenceResult,
): string {
  const error = result.error === null ? "" : `, ± ${result.error.toFixed(6)}`;
  return nameTable([
    ["model", model],
    ["reference", reference],
    ["text", protocol.text],
    ["divergence", `${result.meanDivergence.toFixed(6)}${error} nats a token`],
    ["same top token", `${(100 * result.sameTop).toFixed(2)} %`],
    ["compared", `${result.tokens} predictions of ${result.blocks} blocks`],
    ["protocol", `blocks of ${protocol.seq}, stride ${protocol.stride}, BOS: ${protocol.bos}`],
  ]);
}

/** Adds `divergence`: how far a model's predictions lie from those of another. */
export function addDivergenceCommand(parent: Command): void {
  const command = parent.command("divergence").description(
    "How far a model's predictions on a text lie from those of another, as of the float model.",
  );
  addTextOptions(
    addModelOptions(command).requiredOption(
      "--reference <source>",
      "the model to compare with, named as --model, but no quantized one",
    ),
  ).addOption(formatOption())
    .action(async (options: DivergenceCommandOptions) => {
      const result = await measure(options, command);
      const { model, reference } = options;
      const text = options.format === "table"
        ? table(options, result)
        : JSON.stringify({ model, reference, ...result }, null, 2);
      await writeLine(Deno.stdout, text);
    });
}
