/**
 * Where text comes from: a corpus that is known by name, a file, or rows of a data set.
 *
 * @module
 */

/** A text as a list of documents. */
export interface TextSource {
  /** What stands in results, such as `brown:test` or a path. */
  readonly name: string;
  /** The documents in their order. Each call starts again. */
  documents(): AsyncIterable<string>;
  /** The files that hold them, fetched if need be; left out where a corpus lies in hundreds. */
  files?(): Promise<readonly string[]>;
  /** The version of what the text is published in, where it is. */
  readonly revision?: string;
}

/** The papers' way to make one text of documents: a blank line between them. */
export const DOCUMENT_SEPARATOR = "\n\n";

/**
 * Reads a whole source as one text, its documents joined by a blank line.
 *
 * @throws {RangeError} If the source holds no text.
 */
export async function readText(source: TextSource): Promise<string> {
  const documents: string[] = [];
  for await (const document of source.documents()) documents.push(document);
  const text = documents.join(DOCUMENT_SEPARATOR);
  if (text.trim() === "") {
    throw new RangeError(`Cannot use the text ${JSON.stringify(source.name)}: it is empty`);
  }
  return text;
}
