import { type Command, Option } from "commander";
import { BOS_PLACES, CORPUS_NAMES, fetchDatasetFile, openText, perplexity } from "../../mod.ts";
import type { BosPlace, PerplexityResult } from "../../mod.ts";
import { givenOptions, positiveInteger, writeLine } from "./command.ts";
import { addModelOptions, type ModelOptions, startWithModel } from "./model_command.ts";
import { ProgressBar } from "./progress_bar.ts";

interface PerplexityCommandOptions extends ModelOptions {
  readonly text: string;
  readonly split: "train" | "validation" | "test";
  readonly field: string;
  readonly seq: number;
  readonly stride?: number;
  readonly blocks?: number;
  readonly bos: BosPlace;
  readonly format: "table" | "json";
}

// A corpus has parts and a table has fields; elsewhere neither would change anything.
function requireFitting(text: string, command: Command): void {
  const given = givenOptions(command);
  if (given.includes("split") && !CORPUS_NAMES.some((name) => name === text)) {
    throw new RangeError(
      `Leave out --split: it goes with ${CORPUS_NAMES.join(" or ")}, and '${text}' is none of them`,
    );
  }
  if (given.includes("field") && !/\.(jsonl|parquet)$/.test(text)) {
    throw new RangeError(
      `Leave out --field: it goes with .jsonl and .parquet files, and '${text}' is none of them`,
    );
  }
}

/** Starts the engine, loads the model and measures. */
async function measure(options: PerplexityCommandOptions): Promise<PerplexityResult> {
  const { split, field, seq, stride, blocks, bos } = options;
  using bar = new ProgressBar();
  // Before the model is loaded, so that a mistyped name shows at once.
  const text = await openText(options.text, { split, field, fetchFile: fetchDatasetFile });
  using model = await startWithModel(options, bar);
  return await perplexity(model, text, {
    seq,
    bos,
    ...(stride === undefined ? {} : { stride }),
    ...(blocks === undefined ? {} : { blocks }),
    onProgress: (progress) => bar.update(progress),
  });
}

function table(model: string, result: PerplexityResult): string {
  const { protocol } = result;
  const rows = [
    ["model", model],
    ["text", protocol.text],
    ["perplexity", result.perplexity.toFixed(4)],
    ["mean loss", `${result.meanLoss.toFixed(6)} nats a token`],
    ["word perplexity", `${result.wordPerplexity.toFixed(4)} (${result.words} words)`],
    ["byte perplexity", `${result.bytePerplexity.toFixed(4)} (${result.bytes} bytes)`],
    ["scored", `${result.tokens} tokens of ${result.blocks} blocks`],
    [
      "protocol",
      `blocks of ${protocol.seq}, stride ${protocol.stride}, BOS: ${protocol.bos}`,
    ],
  ];
  return rows.map(([what = "", value]) => `${what.padEnd(15)}  ${value}`).join("\n");
}

/** Adds `ppl`: the perplexity of a model on a text. */
export function addPerplexityCommand(parent: Command): void {
  addModelOptions(
    parent.command("ppl").description(
      "The perplexity of a model on a text, by default as the papers measure it.",
    ),
  )
    .requiredOption(
      "--text <source>",
      `${CORPUS_NAMES.join(", ")}, or a .txt, .raw (WikiText), .jsonl or .parquet file`,
    )
    .requiredOption("--seq <tokens>", "the tokens of a block", positiveInteger)
    .option("--stride <tokens>", "how far apart blocks start (default: a block)", positiveInteger)
    .option("--blocks <count>", "stop after this many blocks (default: all)", positiveInteger)
    .addOption(
      new Option("--bos [place]", "put BOS in front of each block, or once in front of the text")
        .choices(BOS_PLACES).preset("blocks").default("none"),
    )
    .addOption(
      new Option("--split <name>", "the part of a corpus").choices(["train", "validation", "test"])
        .default("test"),
    )
    .option("--field <name>", "the field of the text in .jsonl and .parquet files", "text")
    .addOption(
      new Option("--format <form>", "the form of the result").choices(["table", "json"])
        .default("table"),
    )
    .action(async (options: PerplexityCommandOptions, command: Command) => {
      requireFitting(options.text, command);
      const result = await measure(options);
      const text = options.format === "table"
        ? table(options.model, result)
        : JSON.stringify({ model: options.model, ...result }, null, 2);
      await writeLine(Deno.stdout, text);
    });
}
