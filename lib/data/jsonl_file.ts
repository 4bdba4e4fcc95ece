import { FileFormatError, shortened } from "../io/errors.ts";
import { fileLines } from "./file_lines.ts";
import type { TextSource } from "./text_source.ts";

/** One record of a JSONL file. */
export interface JsonlRecord {
  /** The fields by name. A map, because names come from the file. */
  fields: ReadonlyMap<string, unknown>;
  /** Makes the error for a field that is not as it should be. */
  error: (name: string, expected: string) => FileFormatError;
}

/** Options for {@linkcode jsonlFile}. */
export interface JsonlOptions {
  /** The field that holds a document. Default: `text`. */
  field?: string;
}

/** A JSONL file, one object a line, one of whose fields is a document. Blank lines are skipped. */
export function jsonlFile(path: string, { field = "text" }: JsonlOptions = {}): TextSource {
  return {
    name: path,
    files: () => Promise.resolve([path]),
    async *documents() {
      for await (const record of jsonlRecords(path)) yield stringField(record, field);
    },
  };
}

/**
 * Reads the records of a JSONL file one by one. Blank lines are skipped.
 *
 * @throws {FileFormatError} If a line is not a JSON object; it names the line and its byte.
 */
export async function* jsonlRecords(path: string): AsyncGenerator<JsonlRecord> {
  for await (const { text, number, offset } of fileLines(path)) {
    if (text.trim() === "") continue;
    const value = parseLine(text, (found, cause) => {
      const problem = { where: `line ${number}`, offset, expected: "a JSON object", found };
      return new FileFormatError(path, problem, { cause });
    });
    const fields = new Map(Object.entries(value));
    yield {
      fields,
      error: (name, expected) => {
        const where = `field ${JSON.stringify(name)} of line ${number}`;
        const found = describeField(fields, name);
        return new FileFormatError(path, { where, offset, expected, found });
      },
    };
  }
}

/**
 * Returns a field of a record that must be a string.
 *
 * @throws {FileFormatError} If it is missing or no string.
 */
export function stringField(record: JsonlRecord, name: string): string {
  const value = record.fields.get(name);
  if (typeof value !== "string") throw record.error(name, "a string");
  return value;
}

function parseLine(
  text: string,
  problem: (found: string, cause?: unknown) => Error,
): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw problem(cause instanceof Error ? cause.message.slice(0, 200) : String(cause), cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw problem(Array.isArray(value) ? "an array" : value === null ? "null" : typeof value);
  }
  return value;
}

function describeField(fields: ReadonlyMap<string, unknown>, name: string): string {
  const value = fields.get(name);
  if (value !== undefined) return shortened(JSON.stringify(value));
  const names = [...fields.keys()].slice(0, 8).map((key) => JSON.stringify(key.slice(0, 40)));
  return `only the fields ${names.join(", ") || "none"}`;
}
