import { jsonlRecords, stringField } from "./jsonl_file.ts";

/** A question with answers to choose from. */
export interface ChoiceQuestion {
  /** What stands before the answer, instructions and solved examples included. */
  readonly context: string;
  /** The answers, each as it follows the context; most begin with a space. */
  readonly choices: readonly string[];
  /** The index of the right one. */
  readonly answer: number;
}

/**
 * Reads a JSONL file of questions: `context`, `choices` and `answer`, the index of the right choice.
 *
 * @throws {FileFormatError} If a line is not a JSON object, or a field is not as it should be.
 */
export async function* choiceQuestions(path: string): AsyncGenerator<ChoiceQuestion> {
  for await (const record of jsonlRecords(path)) {
    const context = stringField(record, "context");
    const [choices, answer] = [record.fields.get("choices"), record.fields.get("answer")];
    if (!isTexts(choices)) throw record.error("choices", "two or more texts");
    if (!isIndex(answer, choices.length)) {
      throw record.error("answer", `an index from 0 to ${choices.length - 1}`);
    }
    yield { context, choices, answer };
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length >= 2 &&
    value.every((choice) => typeof choice === "string" && choice.trim() !== "");
}

function isIndex(value: unknown, count: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count;
}
