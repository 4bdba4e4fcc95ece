import { makeData, RecordBatch, Struct, Table, tableToIPC } from "apache-arrow";
import type { ArrowTable } from "./arrow_table.ts";
import { arrowSchema } from "./arrow_schema.ts";
import { columnData } from "./column_data.ts";

/**
 * Returns a table as an Arrow IPC file, uncompressed, in one record batch.
 *
 * Equal tables give equal bytes.
 *
 * @throws {TypeError} If a cell is not of its column's type, or null where that cannot be.
 * @throws {RangeError} If a number does not fit its type, a text is no Unicode, or columns differ in
 * length.
 */
export function encodeArrow({ columns, cells, metadata }: ArrowTable): Uint8Array {
  const schema = arrowSchema(columns, metadata);
  const length = cells[0]?.length ?? 0;
  const uneven = columns.findIndex((_, index) => cells[index]?.length !== length);
  if (uneven >= 0) {
    throw new RangeError(
      `Cannot write a table: column '${columns[uneven]?.name}' must have ${length} rows, ` +
        `as the first one: current length is ${cells[uneven]?.length}`,
    );
  }
  const children = columns.map((column, index) => columnData(column, cells[index] ?? []));
  const type = new Struct(schema.fields);
  const struct = makeData({ type, length, nullCount: 0, children });
  // The library's ZSTD and LZ4 writers make files that other readers refuse.
  return tableToIPC(new Table(schema, new RecordBatch(schema, struct)), "file");
}
