import { concat } from "./concat.ts";
import { decodeUtf8 } from "../io/utf8.ts";

/** One line of a file. */
export interface FileLine {
  /** The line without its end. */
  text: string;
  /** The number of the line, from 1. */
  number: number;
  /** The byte of the file at which the line begins. */
  offset: number;
}

const LINE_FEED = 0x0a;

/**
 * Reads a UTF-8 file line by line; only one line is in memory. Lines end with "\n" or "\r\n".
 *
 * @throws {FileFormatError} If a line is not UTF-8.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function* fileLines(path: string): AsyncGenerator<FileLine> {
  using file = await Deno.open(path, { read: true });
  let number = 1;
  let offset = 0;
  let rest: Uint8Array[] = [];
  const line = (bytes: Uint8Array): FileLine => {
    const text = decodeUtf8(bytes, { path, where: `line ${number}`, offset });
    const made = { text: text.endsWith("\r") ? text.slice(0, -1) : text, number, offset };
    number++;
    offset += bytes.length + 1;
    return made;
  };
  for (;;) {
    const buffer = new Uint8Array(1 << 16);
    const count = await file.read(buffer);
    if (count === null) break;
    let start = 0;
    for (let end; (end = buffer.subarray(0, count).indexOf(LINE_FEED, start)) >= 0;) {
      yield line(concat([...rest, buffer.subarray(start, end)]));
      rest = [];
      start = end + 1;
    }
    if (start < count) rest.push(buffer.subarray(start, count));
  }
  if (rest.length > 0) yield line(concat(rest));
}
