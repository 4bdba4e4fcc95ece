import { stripVTControlCharacters } from "node:util";

/** Returns the last line of a program's output that is not blank, as plain text. */
export function lastLine(output: string): string {
  const plain = stripVTControlCharacters(output).trimEnd();
  return plain.split(/\r?\n/).at(-1)?.trim() || "no error output";
}
