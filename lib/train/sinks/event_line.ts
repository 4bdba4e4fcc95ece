import type { TrainEvent } from "../events.ts";

/** How every line begins; what does not begin so is not a line of ours, whole or half. */
const BEGINNING = '{"kind":"';

/** The three numbers that JSON has no word for, by the names that protobuf's JSON gives them. */
const NOT_FINITE: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity"]);

const TEXTS: ReadonlySet<string> = new Set(["path", "error", "message", "resumedFrom", "sink"]);

type Check = (event: Readonly<Record<string, unknown>>) => boolean;

const CHECKS: ReadonlyMap<unknown, Check> = new Map<unknown, Check>([
  ["start", (event) => isNumber(event.steps)],
  [
    "step",
    (event) =>
      [event.loss, event.gradientNorm, event.tokens, event.seconds, event.residentBytes]
        .every(isNumber) && isNumbers(event.learningRates),
  ],
  ["evaluation", (event) => isNumbers(event.metrics)],
  ["checkpoint", (event) => typeof event.path === "string"],
  ["checkpoint-failed", (event) => typeof event.error === "string"],
  ["sink-failed", (event) => typeof event.error === "string"],
  ["end", (event) => typeof event.status === "string"],
]);

/**
 * Returns an event as a line of JSON with its line feed, `kind` first.
 *
 * A number is written with the fewest digits that give it back exactly; those that are not finite,
 * which JSON lacks, are the strings `NaN`, `Infinity` and `-Infinity`.
 */
export function eventLine(event: TrainEvent): string {
  const { kind, ...rest } = event;
  const text = JSON.stringify({ kind, ...rest }, (_, value) => {
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  });
  return `${text}\n`;
}

/** Reads a line of {@linkcode eventLine}; `undefined` if it is none. */
export function parseEventLine(line: string): TrainEvent | undefined {
  if (!line.startsWith(BEGINNING)) return undefined;
  try {
    const event: unknown = JSON.parse(line, revive);
    return isEvent(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text can be the beginning of a line that a killed process could not end. */
export function isHalfLine(text: string): boolean {
  return text.startsWith(BEGINNING) || BEGINNING.startsWith(text);
}

function revive(key: string, value: unknown): unknown {
  return NOT_FINITE.has(value) && !TEXTS.has(key) ? Number(value) : value;
}

function isEvent(value: unknown): value is TrainEvent {
  if (!isRecord(value)) return false;
  const { kind, step } = value;
  return Number.isSafeInteger(step) && Number(step) >= 0 && CHECKS.get(kind)?.(value) === true;
}

function isNumbers(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
