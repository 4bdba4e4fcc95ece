import type { Command } from "commander";
import { perplexity, type PerplexityResult } from "../../mod.ts";
import { writeLine } from "./command.ts";
import { formatOption, type FormatOptions, nameTable } from "./format_option.ts";
import { addModelOptions, type ModelOptions, startWithModel } from "./model_command.ts";
import { ProgressBar } from "./progress_bar.ts";
import { addTextOptions, openTextOf, protocolOf, type TextOptions } from "./text_options.ts";

interface PerplexityCommandOptions extends ModelOptions, TextOptions, FormatOptions {}

/** Starts the engine, loads the model and measures. */
async function measure(
  options: PerplexityCommandOptions,
  command: Command,
): Promise<PerplexityResult> {
  using bar = new ProgressBar();
  // Before the model is loaded, so that a mistyped name shows at once.
  const text = await openTextOf(options, command);
  using model = await startWithModel(options, bar);
  return await perplexity(model, text, {
    ...protocolOf(options),
    onProgress: (progress) => bar.update(progress),
  });
}

function table(model: string, result: PerplexityResult): string {
  const { protocol } = result;
  return nameTable([
    ["model", model],
    ["text", protocol.text],
    ["perplexity", result.perplexity.toFixed(4)],
    ["mean loss", `${result.meanLoss.toFixed(6)} nats a token`],
    ["word perplexity", `${result.wordPerplexity.toFixed(4)} (${result.words} words)`],
    ["byte perplexity", `${result.bytePerplexity.toFixed(4)} (${result.bytes} bytes)`],
    ["scored", `${result.tokens} tokens of ${result.blocks} blocks`],
    ["protocol", `blocks of ${protocol.seq}, stride ${protocol.stride}, BOS: ${protocol.bos}`],
  ]);
}

/** Adds `ppl`: the perplexity of a model on a text. */
export function addPerplexityCommand(parent: Command): void {
  const command = parent.command("ppl").description(
    "The perplexity of a model on a text, by default as the papers measure it.",
  );
  addTextOptions(addModelOptions(command)).addOption(formatOption())
    .action(async (options: PerplexityCommandOptions) => {
      const result = await measure(options, command);
      const text = options.format === "table"
        ? table(options.model, result)
        : JSON.stringify({ model: options.model, ...result }, null, 2);
      await writeLine(Deno.stdout, text);
    });
}
