import { jsonlRecords, stringField } from "./jsonl_file.ts";

/** A task with its answer, in the form of Stanford Alpaca. */
export interface AlpacaRecord {
  /** What is to be done. */
  instruction: string;
  /** What it is to be done with; empty where the instruction says all. */
  input: string;
  /** The answer. */
  output: string;
}

/**
 * Writes the prompt of a task, word for word as Stanford Alpaca trained with it: models that others
 * trained expect these words. The answer follows `### Response:` directly.
 *
 * Source: Taori et al., "Stanford Alpaca: An instruction-following LLaMA model", 2023, the two templates.
 */
export function alpacaPrompt({ instruction, input }: Omit<AlpacaRecord, "output">): string {
  const task = `### Instruction:\n${instruction}\n\n`;
  return input === ""
    ? `${OPENING}. ${CLOSING}\n\n${task}### Response:`
    : `${OPENING}, paired with an input that provides further context. ${CLOSING}\n\n` +
      `${task}### Input:\n${input}\n\n### Response:`;
}

const OPENING = "Below is an instruction that describes a task";
const CLOSING = "Write a response that appropriately completes the request.";

/**
 * Reads a JSONL file of tasks; `input` may be missing.
 *
 * @throws {FileFormatError} If a line is not a JSON object, or a field is missing or no string.
 */
export async function* alpacaRecords(path: string): AsyncGenerator<AlpacaRecord> {
  for await (const record of jsonlRecords(path)) {
    yield {
      instruction: stringField(record, "instruction"),
      input: record.fields.has("input") ? stringField(record, "input") : "",
      output: stringField(record, "output"),
    };
  }
}
