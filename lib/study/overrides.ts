import { checkField, keysMeant } from "./fields/check_fields.ts";
import { RUN_FIELDS } from "./fields/run_fields.ts";
import { merge } from "./grid/merge.ts";
import type { RunOptions } from "./run_options.ts";

/**
 * Reads what is written on a command line, such as `settings.rank=8` or `training.steps=1000`. The end
 * of a key is enough where only one key ends so: `rank=8`.
 *
 * @throws {SyntaxError} If there is no key or no value.
 * @throws {RangeError} If the key is unknown or can mean several, or the value is out of range.
 * @throws {TypeError} If the value is of another type.
 */
export function parseOverride(written: string): RunOptions {
  const [, name, value] = written.match(/^\s*([^=]*?)\s*=\s*(.*?)\s*$/s) ?? [];
  if (!name || !value) {
    throw new SyntaxError(
      `Cannot read the override ${JSON.stringify(written)}: write key=value, as in settings.rank=8`,
    );
  }
  const key = keyNamed(name);
  const parsed = RUN_FIELDS.get(key)?.parse(value);
  checkField(key, parsed === undefined ? value : parsed);
  return nested(key.split("."), parsed);
}

/**
 * Reads several overrides; of two for one key the later holds.
 *
 * @throws As {@linkcode parseOverride}.
 */
export function parseOverrides(written: readonly string[]): RunOptions {
  return merge<RunOptions>(...written.map(parseOverride));
}

function keyNamed(name: string): string {
  const meant = keysMeant(name);
  // An unknown key is refused where its value is checked.
  if (meant.length < 2) return meant[0] ?? name;
  throw new RangeError(
    `The key '${name}' of a run can mean ${
      meant.map((other) => `'${other}'`).join(", ")
    }: write one of them`,
  );
}

function nested(path: readonly string[], value: unknown): RunOptions {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as RunOptions;
}
