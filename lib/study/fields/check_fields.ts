import { nearestNames } from "../../data/nearest_name.ts";
import type { FieldKind } from "./kinds.ts";
import { RUN_FIELDS } from "./run_fields.ts";

/**
 * Checks that every field of a description is known and has a value of its kind.
 *
 * @throws {RangeError} If a field is unknown or its value is out of range; it says what to write.
 * @throws {TypeError} If a group of fields is no object, or a value is of another type.
 */
export function checkFields(description: object): void {
  for (const [key, value] of leaves(description, "")) checkField(key, value);
}

/**
 * Checks one field.
 *
 * @throws {RangeError | TypeError} As {@linkcode checkFields}.
 */
export function checkField(key: string, value: unknown): void {
  const kind = RUN_FIELDS.get(key);
  if (!kind) throw isGroup(key) ? notAGroup(key, value) : unknownKey(key);
  if (kind.accepts(value)) return;
  const message = `Cannot build a run: '${key}' must be ${kind.expected}: current value is ${
    shown(value)
  }${suggestion(kind, value)}`;
  throw kind.types.includes(typeof value) ? new RangeError(message) : new TypeError(message);
}

/** The keys that a written one can mean: itself, or those that end in it. */
export function keysMeant(written: string): string[] {
  if (RUN_FIELDS.has(written)) return [written];
  return [...RUN_FIELDS.keys()].filter((key) => key.endsWith(`.${written}`));
}

function* leaves(group: object, prefix: string): Generator<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(group)) {
    const key = prefix + name;
    if (isGroup(key) && isPlainObject(value)) yield* leaves(value, `${key}.`);
    else yield [key, value];
  }
}

function isGroup(key: string): boolean {
  return [...RUN_FIELDS.keys()].some((known) => known.startsWith(`${key}.`));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAGroup(key: string, value: unknown): TypeError {
  const fields = [...RUN_FIELDS.keys()].filter((known) => known.startsWith(`${key}.`));
  return new TypeError(
    `Cannot build a run: '${key}' must be an object with fields such as '${
      fields[0]
    }': current value is ${shown(value)}`,
  );
}

function suggestion({ words = [] }: FieldKind, value: unknown): string {
  const near = typeof value === "string" ? nearestNames(value, words) : [];
  return near.length === 0 ? "" : `; did you mean ${near.map((name) => `'${name}'`).join(" or ")}?`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

function unknownKey(key: string): RangeError {
  const known = [...RUN_FIELDS.keys()];
  const last = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const nearLast = nearestNames(last(key), known.map(last));
  const near = new Set([
    ...nearestNames(key, known),
    ...known.filter((name) => nearLast.includes(last(name))),
  ]);
  const offer = [...near].slice(0, 3).map((name) => `'${name}'`).join(" or ");
  return new RangeError(
    `Unknown key '${key}' of a run: ${offer ? `did you mean ${offer}?` : keyHint()}`,
  );
}

function keyHint(): string {
  const first = new Set([...RUN_FIELDS.keys()].map((key) => key.split(".", 1)[0]));
  return `keys begin with ${[...first].join(", ")}`;
}
