import { canonicalJson, type JsonValue } from "../../io/config_hash.ts";
import { shortened } from "../../io/errors.ts";

/** A run that only shares the folder's name differs in everything; these many show it. */
const SHOWN = 20;

/**
 * Checks that a run goes on with the configuration that it was begun with.
 *
 * @param saved The checkpoint's configuration.
 * @param current The configuration of now, with every default filled in.
 * @throws {RangeError} If a field differs; the message names each by its dotted path, with both values.
 */
export function requireSameConfiguration(saved: JsonValue, current: object): void {
  const before = leaves(saved);
  const now = leaves(JSON.parse(canonicalJson(current)));
  const keys = new Set([...before.keys(), ...now.keys()]);
  const differences = [...keys].filter((key) => before.get(key) !== now.get(key)).map((key) =>
    `'${dotted(key)}' is ${shown(before.get(key))} in the checkpoint and ${shown(now.get(key))} now`
  );
  if (differences.length === 0) return;
  const more = differences.length - SHOWN;
  throw new RangeError(
    `Cannot resume with another configuration: ${differences.slice(0, SHOWN).join("; ")}` +
      `${more > 0 ? `; and ${more} more` : ""}: use the checkpoint's values, or a new folder`,
  );
}

// The JSON texts of all values that hold no others. The keys are paths as JSON: joined by dots, the paths
// of `{"a.b": 1}` and `{"a": {"b": 1}}` would be one.
function leaves(root: JsonValue): Map<string, string> {
  const texts = new Map<string, string>();
  visit(root, []);
  return texts;

  function visit(value: JsonValue, path: readonly (string | number)[]): void {
    const fields = fieldsOf(value);
    if (fields.length === 0) texts.set(JSON.stringify(path), canonicalJson(value));
    for (const [name, field] of fields) visit(field, [...path, name]);
  }
}

function fieldsOf(value: JsonValue): (readonly [string | number, JsonValue])[] {
  if (typeof value !== "object" || value === null) return [];
  return value instanceof Array ? [...value.entries()] : Object.entries(value);
}

function dotted(key: string): string {
  // Quoted and cut open again, for names with control characters.
  return shortened(JSON.stringify(JSON.parse(key).join(".")).slice(1, -1));
}

function shown(text: string | undefined): string {
  return text === undefined ? "not set" : shortened(text);
}
