import { from, op } from "arquero";

/** Options for {@linkcode pivot}. */
export interface PivotOptions<Key> {
  /** The parts of the key that tell the rows of the table apart. */
  readonly rows: readonly (keyof Key & string)[];
  /** The part of the key that goes over the columns. */
  readonly column: keyof Key & string;
}

/** A table of items. */
export interface Pivot<Key, Item> {
  /** The values over the columns, in the order in which they came. */
  readonly columns: readonly Key[keyof Key][];
  readonly rows: readonly {
    readonly key: Partial<Key>;
    /** An item for each column; null where there is none. */
    readonly cells: readonly (Item | null)[];
  }[];
}

/**
 * Lays items out as a table, such as the groups of `summarize()` with the bits over the columns.
 *
 * @throws {RangeError} If two items fall into one cell.
 */
export function pivot<Key extends object, Item extends { readonly key: Key }>(
  items: readonly Item[],
  { rows, column }: PivotOptions<Key>,
): Pivot<Key, Item> {
  if (items.length === 0) return { columns: [], rows: [] };
  const columns = [...new Set(items.map(({ key }) => key[column]))];
  // Arquero names columns by values, so that a number goes there in place of any value.
  const records = items.map(({ key }, item) => ({
    ...Object.fromEntries(rows.map((name) => [`key ${name}`, key[name]])),
    column: columns.indexOf(key[column]),
    item,
  }));
  const keys = rows.map((name) => `key ${name}`);
  const lists = from(records).groupby(keys).pivot("column", { items: op.array_agg("item") });
  return {
    columns,
    rows: (lists.objects() as Readonly<Record<string, unknown>>[]).map((record) => ({
      key: Object.fromEntries(rows.map((name) => [name, record[`key ${name}`]])) as Partial<Key>,
      cells: columns.map((_, index) => only(items, record[index] as readonly number[] | undefined)),
    })),
  };
}

function only<Item extends { readonly key: object }>(
  items: readonly Item[],
  found: readonly number[] | undefined,
): Item | null {
  if (found === undefined || found.length === 0) return null;
  const item = items[found[0]!]!;
  if (found.length === 1) return item;
  throw new RangeError(
    `Cannot lay out a table: ${found.length} items fall into the cell of ` +
      `${JSON.stringify(item.key)}: name more parts of the key in 'rows'`,
  );
}
