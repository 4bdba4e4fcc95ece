import type { Command } from "commander";
import { choiceQuestions, multipleChoice, type MultipleChoiceResult } from "../../mod.ts";
import { positiveInteger } from "./command.ts";
import { formatOption, type FormatOptions, nameTable, writeResult } from "./format_option.ts";
import { addModelOptions, type ModelOptions, startWithModel } from "./model_command.ts";
import { ProgressBar } from "./progress_bar.ts";

interface ChoicesCommandOptions extends ModelOptions, FormatOptions {
  readonly questions: string;
  readonly limit?: number;
  readonly seq?: number;
  readonly bos: boolean;
}

async function measure(options: ChoicesCommandOptions): Promise<MultipleChoiceResult> {
  const { limit, seq, bos } = options;
  using bar = new ProgressBar();
  // Before the model is loaded, so that a mistake in the file shows at once.
  const questions = (await Array.fromAsync(choiceQuestions(options.questions))).slice(0, limit);
  using model = await startWithModel(options, bar);
  return await multipleChoice(model, questions, {
    ...(seq === undefined ? {} : { seq }),
    ...(bos ? {} : { bos }),
    onProgress: (progress) => bar.update(progress),
  });
}

function table(
  { model, questions: path }: ChoicesCommandOptions,
  { accuracy, accuracyByLength, questions, cut, protocol }: MultipleChoiceResult,
): string {
  const share = ({ value, error }: MultipleChoiceResult["accuracy"]) =>
    `${(100 * value).toFixed(2)} %${error === null ? "" : `, ± ${(100 * error).toFixed(2)}`}`;
  const cutText = `${cut} contexts lost their beginning: a longer --seq keeps them`;
  return nameTable([
    ["model", model],
    ["questions", `${questions} of ${path}`],
    ["accuracy", share(accuracy)],
    ["by length", `${share(accuracyByLength)} (log-likelihoods a byte of the choice)`],
    ["protocol", `at most ${protocol.seq} tokens, BOS: ${protocol.bos ? "in front" : "none"}`],
    ...(cut > 0 ? [["cut", cutText] as const] : []),
  ]);
}

/** Adds `choices`: the share of questions that a model answers right. */
export function addChoicesCommand(parent: Command): void {
  addModelOptions(
    parent.command("choices").description(
      "How many questions a model answers right: it takes the likeliest of each question's choices.",
    ),
  )
    .requiredOption(
      "--questions <file>",
      'a .jsonl file with lines {"context": "…", "choices": [" …", " …"], "answer": 0}',
    )
    .option("--limit <count>", "ask only this many questions (default: all)", positiveInteger)
    .option(
      "--seq <tokens>",
      "the most tokens that the model sees (default: what it allows)",
      positiveInteger,
    )
    .option("--no-bos", "put no BOS in front, also where the model's files do")
    .addOption(formatOption())
    .action(async (options: ChoicesCommandOptions) => {
      const result = await measure(options);
      await writeResult(options, { model: options.model, ...result }, table(options, result));
    });
}
