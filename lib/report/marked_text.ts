/** Options for {@linkcode replaceMarked}. */
export interface ReplaceMarkedOptions {
  /** The name in the markers, such as `results quick`. */
  readonly name: string;
  /** What is to stand between them. */
  readonly body: string;
}

/**
 * Puts generated text between its markers, `<!-- begin NAME -->` and `<!-- end NAME -->`, each on a line
 * of its own. Text that stays the same as it was is up to date.
 *
 * @throws {RangeError} If a marker is missing or there twice, or the end stands before the begin.
 */
export function replaceMarked(text: string, { name, body }: ReplaceMarkedOptions): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const [start, stop] = [onlyLine(text, begin), onlyLine(text, end)];
  if (stop < start) {
    throw new RangeError(`Cannot fill in '${name}': its end stands before its begin`);
  }
  return `${text.slice(0, start + begin.length)}\n\n${body.trim()}\n\n${text.slice(stop)}`;
}

function onlyLine(text: string, marker: string): number {
  const lines = [...text.matchAll(/^.*$/gm)].filter(([line]) => line === marker);
  if (lines.length === 1) return lines[0]?.index ?? 0;
  throw new RangeError(
    `Cannot fill in generated text: the line ${marker} must be there once: it is there ${lines.length} times`,
  );
}
