import { from, op } from "arquero";
import { checkSeeds } from "./check_seeds.ts";
import type { RunRow } from "./run_row.ts";

/** The columns of {@linkcode RunRow} that hold numbers. */
export type NumberColumn = {
  [Name in keyof RunRow]: RunRow[Name] extends number | null ? Name : never;
}[keyof RunRow];

/** Mean and spread of some runs' values. */
export interface Moments {
  /** Null if no run has a value. */
  readonly mean: number | null;
  /** The standard deviation of a sample, `sqrt(sum((x - mean)^2) / (n - 1))`; null below two values. */
  readonly deviation: number | null;
  /** How many runs have a value. */
  readonly count: number;
}

/** Runs that differ only in their seed, as one. */
export interface Summary<Key extends keyof RunRow, Value extends NumberColumn> {
  readonly key: Pick<RunRow, Key>;
  /** How many runs there are, and how many of them came to their end. */
  readonly runs: number;
  readonly done: number;
  readonly values: Readonly<Record<Value, Moments>>;
}

/** Options for {@linkcode summarize}. */
export interface SummarizeOptions<Key extends keyof RunRow, Value extends NumberColumn> {
  /** The columns that tell groups apart, such as `["method", "bits"]`. */
  readonly by: readonly Key[];
  /** The columns to average, such as `["perplexity"]`. */
  readonly values: readonly Value[];
}

/**
 * Averages runs over their seeds, in groups in the order in which they come.
 *
 * Only runs of status `done` have values; null and NaN are no value. A group that lost runs shows it:
 * `count` is then below `runs`.
 *
 * @throws {RangeError} If a group holds two runs of one seed: they differ in a setting that `by` leaves
 * out, and their mean would be of nothing.
 */
export function summarize<Key extends keyof RunRow, Value extends NumberColumn>(
  rows: readonly RunRow[],
  { by, values }: SummarizeOptions<Key, Value>,
): Summary<Key, Value>[] {
  if (rows.length === 0) return [];
  checkSeeds(rows, by);
  const records = rows.map((row) => ({
    ...prefixed(by, (name) => row[name]),
    "is done": Number(row.status === "done"),
    ...prefixed(values, (name) => row.status === "done" ? row[name] : null, "value "),
  }));
  const moments = values.flatMap((name) => [
    [`mean ${name}`, op.mean(`value ${name}`)],
    [`deviation ${name}`, op.stdev(`value ${name}`)],
    [`count ${name}`, op.valid(`value ${name}`)],
  ]);
  const groups = from(records).groupby(by.map((name) => `key ${name}`))
    .rollup({ runs: op.count(), done: op.sum("is done"), ...Object.fromEntries(moments) });
  return (groups.objects() as Readonly<Record<string, unknown>>[]).map((group) => ({
    key: Object.fromEntries(by.map((name) => [name, group[`key ${name}`]])) as Pick<RunRow, Key>,
    runs: Number(group.runs),
    done: Number(group.done),
    values: Object.fromEntries(
      values.map((name) => [name, momentsOf(group, name)]),
    ) as Readonly<Record<Value, Moments>>,
  }));
}

// Arquero's names are free text, so that a prefix keeps keys and values apart.
function prefixed<Name extends string>(
  names: readonly Name[],
  valueOf: (name: Name) => unknown,
  prefix = "key ",
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [`${prefix}${name}`, valueOf(name)]));
}

function momentsOf(group: Readonly<Record<string, unknown>>, name: string): Moments {
  const count = Number(group[`count ${name}`]);
  return {
    mean: count > 0 ? Number(group[`mean ${name}`]) : null,
    deviation: count > 1 ? Number(group[`deviation ${name}`]) : null,
    count,
  };
}
