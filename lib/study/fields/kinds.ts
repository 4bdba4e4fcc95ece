import { parseGranularity } from "../../quant/granularity.ts";

/** A kind of value that a field of a run can have. */
export interface FieldKind {
  /** What to write, such as `an integer of at least 1`. */
  readonly expected: string;
  /** The types of its values, as `typeof` names them. */
  readonly types: readonly string[];
  /** All values, where it is one of some words. */
  readonly words?: readonly string[];
  /** Whether a value is of this kind. */
  accepts(value: unknown): boolean;
  /** The value that a text stands for; `undefined` if it stands for none. */
  parse(text: string): unknown;
}

/** An integer from `from` to `to`. */
export function integer(from: number, to: number = Number.MAX_SAFE_INTEGER): FieldKind {
  return {
    expected: to === Number.MAX_SAFE_INTEGER
      ? `an integer of at least ${from}`
      : `an integer from ${from} to ${to}`,
    types: ["number"],
    accepts: (value) => Number.isSafeInteger(value) && isWithin(value, from, to),
    parse: parseNumber,
  };
}

/** A finite number, at least `from` and below `below`. */
export function number(from: number, below: number = Infinity): FieldKind {
  return {
    expected: below === Infinity
      ? `a number of at least ${from}`
      : `a number from ${from} to below ${below}`,
    types: ["number"],
    accepts: (value) => Number.isFinite(value) && isWithin(value, from, below) && value !== below,
    parse: parseNumber,
  };
}

/** A finite number above 0. */
export function positive(): FieldKind {
  return { ...number(Number.MIN_VALUE), expected: "a number above 0" };
}

/** A share, from 0 to 1. */
export function share(): FieldKind {
  return {
    expected: "a number from 0 to 1",
    types: ["number"],
    accepts: (value) => isWithin(value, 0, 1),
    parse: parseNumber,
  };
}

/** `true` or `false`. */
export function flag(): FieldKind {
  return {
    expected: "true or false",
    types: ["boolean"],
    accepts: (value) => typeof value === "boolean",
    parse: (text) => text === "true" ? true : text === "false" ? false : undefined,
  };
}

/** `false` alone, and why `true` cannot be. */
export function off(why: string): FieldKind {
  return { ...flag(), expected: `false: ${why}`, accepts: (value) => value === false };
}

/** One of some words. */
export function choice(words: readonly string[]): FieldKind {
  return {
    expected: `one of ${words.join(", ")}`,
    types: ["string"],
    words,
    accepts: (value) => words.some((word) => word === value),
    parse: (text) => text,
  };
}

/** A text that is not empty. */
export function text(what: string): FieldKind {
  return {
    expected: what,
    types: ["string"],
    accepts: (value) => typeof value === "string" && value.trim() !== "" && value.isWellFormed(),
    parse: (written) => written,
  };
}

/** A granularity as a text. */
export function granularity(): FieldKind {
  return {
    expected: "tensor, channel, or g and a group size, as in g128",
    types: ["string"],
    accepts: (value) => typeof value === "string" && isGranularity(value),
    parse: (written) => written,
  };
}

/** An integer of at least 0, or `all`. */
export function countOrAll(): FieldKind {
  const count = integer(0);
  return {
    expected: `${count.expected}, or all`,
    types: ["number", "string"],
    accepts: (value) => value === "all" || count.accepts(value),
    parse: (written) => written === "all" ? written : parseNumber(written),
  };
}

/** A kind of value, or `null`, which is written `none`. */
export function orNone(kind: FieldKind): FieldKind {
  return {
    expected: `${kind.expected}, or none`,
    types: [...kind.types, "object"],
    accepts: (value) => value === null || kind.accepts(value),
    parse: (written) => written === "none" ? null : kind.parse(written),
  };
}

function isWithin(value: unknown, from: number, to: number): boolean {
  return typeof value === "number" && value >= from && value <= to;
}

// Number() alone reads "" as 0 and "0x10" as 16.
function parseNumber(written: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written) ? Number(written) : undefined;
}

function isGranularity(written: string): boolean {
  try {
    parseGranularity(written);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
