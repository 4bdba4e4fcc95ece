import { FileFormatError, quoted } from "../../io/errors.ts";
import { isMissing } from "../../io/system_error.ts";
import { decodeUtf8 } from "../../io/utf8.ts";
import { isHalfLine, parseEventLine } from "./event_line.ts";
import type { TrainEvent } from "../events.ts";

const LINE_FEED = 0x0a;

/** A line of a file of events. */
export interface EventFileLine {
  /** The event that it holds. */
  readonly event: TrainEvent;
  /** The byte of the file after the line. */
  readonly end: number;
}

/**
 * Reads a file of lines that `eventLine()` wrote. A last line without its end, which a killed
 * process leaves, is left out; a file that is not there has no lines.
 *
 * @throws {FileFormatError} If there is anything else in the file.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function readEventFile(path: string): Promise<EventFileLine[]> {
  const bytes = await readIfThere(path);
  const lines: EventFileLine[] = [];
  let start = 0;
  for (let end; (end = bytes.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
    const where = `line ${lines.length + 1}`;
    const text = decodeUtf8(bytes.subarray(start, end), { path, where, offset: start });
    const event = parseEventLine(text);
    if (event === undefined) throw foreign(path, where, start, text);
    lines.push({ event, end: end + 1 });
  }
  const rest = new TextDecoder().decode(bytes.subarray(start));
  if (!isHalfLine(rest)) throw foreign(path, "the last line", start, rest);
  return lines;
}

/** Returns how many bytes of the file hold the events up to a step. */
export function bytesUpTo(lines: readonly EventFileLine[], step: number): number {
  const later = lines.findIndex(({ event }) => event.step > step);
  const last = later < 0 ? lines.at(-1) : lines[later - 1];
  return last?.end ?? 0;
}

async function readIfThere(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isMissing(error)) return new Uint8Array();
    throw error;
  }
}

function foreign(path: string, where: string, offset: number, text: string): FileFormatError {
  const expected =
    "an event of a training run (move the file away, or give the curve another path)";
  return new FileFormatError(path, { where, offset, expected, found: quoted(text) });
}
