/** What is wrong with a file, in the words of the message of {@linkcode FileFormatError}. */
export interface FileFormatProblem {
  /** The tensor, field or part of the file, such as `tensor "lm_head.weight"`. */
  where: string;
  /** The byte of the file at which the wrong thing stands; left out where parts contradict each other. */
  offset?: number;
  /** What a correct file has there. */
  expected: string;
  /** What this file has there. */
  found: string;
  /** What to do about it, where more is known than that the file is bad. */
  remedy?: string;
}

/**
 * A file was read, but its content breaks the rules of its format.
 *
 * Callers catch this class to tell "the file is bad" from "the file could not be read", which is one
 * of `Deno.errors`.
 */
export class FileFormatError extends Error implements FileFormatProblem {
  override name = "FileFormatError";
  /** The path of the file. */
  readonly path: string;
  readonly where: string;
  readonly offset?: number;
  readonly expected: string;
  readonly found: string;
  readonly remedy?: string;

  /** Builds the error for the file at `path`. */
  constructor(path: string, problem: FileFormatProblem, options?: ErrorOptions) {
    const { where, offset, expected, found, remedy } = problem;
    super(
      `Cannot read ${JSON.stringify(path)}: ${where}` +
        `${
          offset === undefined ? "" : ` at byte ${offset}`
        }: expected ${expected}, found ${found}` +
        (remedy === undefined ? "" : `: ${remedy}`),
      options,
    );
    this.path = path;
    this.where = where;
    if (offset !== undefined) this.offset = offset;
    this.expected = expected;
    this.found = found;
    if (remedy !== undefined) this.remedy = remedy;
  }
}

/**
 * Quotes a text from a file for a message: escaped, and cut after 80 characters.
 *
 * A name in a hostile file can be megabytes long and can hold terminal control codes.
 */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A text that may be long, for a message: cut after 80 characters. */
export function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
