import { createHash } from "node:crypto";
import { quoted } from "./errors.ts";

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Deep enough for any configuration, and half of what our JSON reader follows. */
const MAX_DEPTH = 32;

/**
 * Returns the sha256 of a configuration as 64 hexadecimal digits: that of its {@linkcode canonicalJson}.
 *
 * @throws {RangeError} If the configuration holds what JSON cannot hold exactly.
 */
export function configurationHash(configuration: unknown): string {
  return createHash("sha256").update(canonicalJson(configuration)).digest("hex");
}

/**
 * Returns the one JSON text of a value: no blanks, keys sorted by UTF-16 units, each number by the fewest
 * digits that give it back exactly, `-0` as `0` (RFC 8785).
 *
 * @throws {RangeError} If it holds NaN, an infinite number, `undefined`, an object with a class of its own,
 * half a surrogate pair, or more than 32 levels; the message names the field.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value, []);
}

type Path = readonly (string | number)[];

function textOf(value: unknown, path: Path): string {
  if (path.length > MAX_DEPTH) throw fault(path, `at most ${MAX_DEPTH} levels deep`, "deeper");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return numberText(value, path);
  if (typeof value === "string") return stringText(value, path);
  if (Array.isArray(value)) {
    // Array.from() visits holes, which map() would skip.
    return `[${Array.from(value, (item, i) => textOf(item, [...path, i])).join(",")}]`;
  }
  if (isPlainObject(value)) {
    const fields = Object.keys(value).sort().map((key) =>
      `${stringText(key, path)}:${textOf(value[key], [...path, key])}`
    );
    return `{${fields.join(",")}}`;
  }
  throw fault(path, "a value that JSON can hold", describe(value));
}

function numberText(value: number, path: Path): string {
  if (!Number.isFinite(value)) throw fault(path, "a finite number", String(value));
  return JSON.stringify(value);
}

function stringText(value: string, path: Path): string {
  if (!value.isWellFormed()) throw fault(path, "Unicode text", quoted(value));
  return JSON.stringify(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return value === undefined ? "undefined" : `a ${typeof value}`;
  }
  return `an object of class ${value.constructor?.name ?? "unknown"}`;
}

function fault(path: Path, expected: string, found: string): RangeError {
  const where = path.length === 0 ? "it" : `'${path.join(".")}'`;
  return new RangeError(
    `Cannot write a value as JSON: ${where} must be ${expected}: current value is ${found}`,
  );
}
