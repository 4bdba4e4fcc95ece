import type { Command } from "commander";
import { perplexity, type PerplexityResult } from "../../mod.ts";
import { formatOption, type FormatOptions, nameTable, writeResult } from "./format_option.ts";
import { addModelOptions } from "./model_command.ts";
import { measureOnText, type MeasureOnTextOptions } from "./measure_on_text.ts";
import { addTextOptions } from "./text_options.ts";

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
    .action(async (options: MeasureOnTextOptions & FormatOptions) => {
      const result = await measureOnText(options, command, perplexity);
      const { model } = options;
      await writeResult(options, { model, ...result }, table(model, result));
    });
}
