/**
 * `deno task generate`: a model continues a text.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import { generate } from "../../mod.ts";
import { newCommand, positiveInteger, runCommand } from "./command.ts";
import { addModelOptions, type ModelOptions, startWithModel } from "./model_command.ts";
import { ProgressBar } from "./progress_bar.ts";

interface GenerateCommandOptions extends ModelOptions {
  readonly tokens: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP: number;
  readonly seed: number;
}

async function run(prompt: string, options: GenerateCommandOptions): Promise<void> {
  const { tokens, temperature, topK, topP, seed } = options;
  using bar = new ProgressBar();
  using model = await startWithModel(options, bar);
  bar[Symbol.dispose]();
  const sampling = { temperature, topP, seed, ...(topK === undefined ? {} : { topK }) };
  // Options are checked with the first token; until then nothing is printed.
  let before = prompt;
  for await (const { text } of generate(model, prompt, { tokens, ...sampling })) {
    await write(before + text);
    before = "";
  }
  await write(`${before}\n`);
}

async function write(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}

if (import.meta.main) {
  const command = addModelOptions(newCommand("generate", "Continues a text."))
    .argument("<prompt>", "the text to continue")
    .option("--tokens <count>", "the most new tokens", positiveInteger, 128)
    .option("--temperature <value>", "0 takes the likeliest token; higher is freer", number, 0)
    .option("--top-k <count>", "choose among this many tokens (default: all)", positiveInteger)
    .option("--top-p <share>", "choose among the tokens with this probability", number, 1)
    .option("--seed <integer>", "another seed draws another text", number, 0)
    .action(run);
  Deno.exit(await runCommand(command, Deno.args));
}
