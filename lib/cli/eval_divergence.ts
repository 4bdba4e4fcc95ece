import type { Command } from "commander";
import { divergence, type DivergenceResult, loadModel } from "../../mod.ts";
import { formatOption, type FormatOptions, nameTable, writeResult } from "./format_option.ts";
import { measureOnText, type MeasureOnTextOptions } from "./measure_on_text.ts";
import { addModelOptions } from "./model_command.ts";
import { addTextOptions } from "./text_options.ts";

interface DivergenceCommandOptions extends MeasureOnTextOptions, FormatOptions {
  readonly reference: string;
}

async function measure(
  options: DivergenceCommandOptions,
  command: Command,
): Promise<DivergenceResult> {
  return await measureOnText(options, command, async (model, text, settings) => {
    using reference = await loadModel(options.reference, { onProgress: settings.onProgress });
    return await divergence(model, reference, text, settings);
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
      await writeResult(options, { model, reference, ...result }, table(options, result));
    });
}
