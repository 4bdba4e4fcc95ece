import type { RunRow } from "../results/run_row.ts";
import { methodOrder, type MethodStyle, variantStyle } from "./palette.ts";
import { readableSetting } from "./readable.ts";

/** The runs of a method, or of one variant of it, with the look that it has. */
export interface Series {
  readonly method: string;
  /** The method's name, and the settings that tell its variants apart. */
  readonly label: string;
  readonly style: MethodStyle;
  readonly rows: readonly RunRow[];
  /** The settings that tell it apart from the method's other series. */
  readonly keys: readonly (keyof RunRow)[];
}

/** Settings that can differ between runs of one method, the most telling first. */
export const RUN_SETTINGS = [
  "model",
  "train_text",
  "test_text",
  "bits",
  "activation_bits",
  "key_value_bits",
  "granularity",
  "grid",
  "rank",
  "phi",
  "adapter_start",
  "scale_start",
  "learn_scale",
  "scale_format",
  "range_exponent",
  "alpha",
  "steps",
  "batch",
  "accumulation",
  "seq",
  "recompute",
  "compute",
  "lr_weight",
  "lr_adapter",
  "lr_scale",
  "lr_offset",
  "eval_seq",
  "eval_stride",
  "eval_bos",
  "test_blocks",
  "validation_blocks",
  "variant",
] as const;

/**
 * Parts runs into series, so that runs in one place of a figure differ by nothing but their seeds.
 *
 * A method is one series; where its runs differ in settings at equal `places`, each setting is a series of
 * its own and says so in its label. Where methods differ in their groups of weights, each says its own.
 * A run that is there twice (by its id) counts once, the last one.
 *
 * @param places The columns that place a run in the figure, such as `bits`.
 */
export function seriesOf(rows: readonly RunRow[], places: readonly (keyof RunRow)[]): Series[] {
  const unique = [...new Map(rows.map((row) => [row.run_id, row])).values()];
  const byMethod = [...Map.groupBy(unique, (row) => row.method)];
  const always: (keyof RunRow)[] = isMixed(unique, places) ? [GROUPS] : [];
  return byMethod.sort(([a], [b]) => methodOrder(a, b)).flatMap(([method, own]) =>
    variants(own, { method, places, always: own.some(isQuantized) ? always : [] })
  );
}

/** Whether a run is one of a series, by its method and the settings that tell. */
export function belongsTo({ method, keys, rows: [first] }: Series, row: RunRow): boolean {
  return row.method === method && first !== undefined && keyOf(row, keys) === keyOf(first, keys);
}

/** The setting that methods are compared across by mistake: groups of weights with a scale of their own. */
const GROUPS = "granularity";

function isMixed(rows: readonly RunRow[], places: readonly (keyof RunRow)[]): boolean {
  return !places.includes(GROUPS) && distinct(rows.filter(isQuantized), GROUPS).length > 1;
}

function isQuantized({ bits }: RunRow): boolean {
  return bits < 16;
}

/** The distinct values of a column, in order. */
export function distinct<K extends keyof RunRow>(rows: readonly RunRow[], key: K): RunRow[K][] {
  return [...new Set(rows.map((row) => row[key]))].sort(ascending);
}

function variants(
  rows: RunRow[],
  { method, places, always }: {
    readonly method: string;
    readonly places: readonly (keyof RunRow)[];
    /** Settings that are told in any case. */
    readonly always: readonly (keyof RunRow)[];
  },
): Series[] {
  const telling = new Set([...always, ...tellingSettings(rows, places)]);
  const keys = RUN_SETTINGS.filter((key) => telling.has(key));
  const groups = [...Map.groupBy(rows, (row) => keyOf(row, keys)).values()];
  groups.sort(([a], [b]) => a && b ? compareBy(a, b, keys) : 0);
  return groups.map((group, index) => {
    const style = variantStyle(method, index);
    const first = group[0];
    const settings = first ? keys.map((key) => readableSetting(key, first[key])) : [];
    return { method, label: [style.label, ...settings].join(", "), style, rows: group, keys };
  });
}

// A setting is telling only if it still differs where place and all settings before it are equal:
// with the rank named, an alpha that follows the rank says nothing new.
function tellingSettings(rows: RunRow[], places: readonly (keyof RunRow)[]): (keyof RunRow)[] {
  const telling: (keyof RunRow)[] = [];
  for (const key of RUN_SETTINGS) {
    const cells = Map.groupBy(rows, (row) => keyOf(row, [...places, ...telling])).values();
    if (cells.some((cell) => new Set(cell.map((row) => row[key])).size > 1)) telling.push(key);
  }
  return telling;
}

/** What runs have in common that are alike in these columns. */
export function keyOf(row: RunRow, keys: readonly (keyof RunRow)[]): string {
  return JSON.stringify(keys.map((key) => row[key]));
}

function compareBy(a: RunRow, b: RunRow, keys: readonly (keyof RunRow)[]): number {
  for (const key of keys) {
    const order = ascending(a[key], b[key]);
    if (order !== 0) return order;
  }
  return 0;
}

function ascending<T>(a: T, b: T): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return a < b ? -1 : 1;
}
