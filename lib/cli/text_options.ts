import { type Command, Option } from "commander";
import { BOS_PLACES, CORPUS_NAMES, fetchDatasetFile, openText } from "../../mod.ts";
import type { BosPlace, TextSource } from "../../mod.ts";
import { givenOptions, positiveInteger } from "./command.ts";

/** What commands that score a text share. */
export interface TextOptions {
  readonly text: string;
  readonly split: "train" | "validation" | "test";
  readonly field: string;
  readonly seq: number;
  readonly stride?: number;
  readonly blocks?: number;
  readonly bos: BosPlace;
}

/** Adds the options of {@linkcode TextOptions}. */
export function addTextOptions(command: Command): Command {
  return command
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
    .option("--field <name>", "the field of the text in .jsonl and .parquet files", "text");
}

/**
 * Opens the text.
 *
 * @throws {RangeError} If it is unknown, or an option was given that changes nothing of it.
 */
export async function openTextOf(
  { text, split, field }: TextOptions,
  command: Command,
): Promise<TextSource> {
  requireFitting(text, command);
  return await openText(text, { split, field, fetchFile: fetchDatasetFile });
}

/** The protocol that the options say. */
export function protocolOf(
  { seq, stride, blocks, bos }: TextOptions,
): Pick<TextOptions, "seq" | "stride" | "blocks" | "bos"> {
  return {
    seq,
    bos,
    ...(stride === undefined ? {} : { stride }),
    ...(blocks === undefined ? {} : { blocks }),
  };
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
