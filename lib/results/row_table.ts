import { type ColumnTable, table } from "arquero";
import type { RowFormat } from "./row_format.ts";

/**
 * Returns rows as a table of Arquero, for queries beyond those of this folder.
 *
 * All columns are there even if there are no rows.
 */
export function rowTable<Row extends object>(
  format: Pick<RowFormat<Row>, "columns">,
  rows: readonly Row[],
): ColumnTable {
  const names = format.columns.map(({ name }) => name);
  const columns = names.map((name) => rows.map((row) => row[name as keyof Row]));
  return table(names.map((name, index) => [name, columns[index]]));
}
