import type { Data } from "apache-arrow";
import { FileFormatError, quoted } from "../errors.ts";
import type { ArrowColumn, Cell } from "./arrow_table.ts";
import { bitmapBytes } from "./column_data.ts";

/** A column of a file, for messages. */
export interface ColumnOrigin {
  readonly column: ArrowColumn;
  /** The path of the file. */
  readonly path: string;
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Returns the values of a column of one record batch that a file holds.
 *
 * The library trusts the lengths that a file states; here none is believed before the bytes are seen
 * to be there.
 *
 * @throws {FileFormatError} If there are fewer bytes than rows, or a value is not what the type says.
 */
export function columnCells(data: Data, origin: ColumnOrigin): Cell[] {
  const { length } = data;
  if (!Number.isSafeInteger(length) || length < 0 || data.offset !== 0) {
    throw fault(origin, { expected: "a number of rows", found: String(length) });
  }
  const isValid = validity(data, origin);
  const read = reader(data, origin);
  return Array.from({ length }, (_, row) => {
    if (isValid(row)) return read(row);
    if (origin.column.nullable) return null;
    throw fault(origin, { expected: "a value", found: "null", row });
  });
}

function validity(data: Data, origin: ColumnOrigin): (row: number) => boolean {
  if (data.nullCount === 0) return () => true;
  const bitmap = data.nullBitmap ?? new Uint8Array();
  need(bitmap, { slots: bitmapBytes(data.length), origin });
  return (row) => (bitmap[row >> 3]! >> (row & 7) & 1) === 1;
}

function reader(data: Data, origin: ColumnOrigin): (row: number) => Cell {
  const { kind } = origin.column;
  if (kind === "utf8") return textReader(data, origin);
  const values = data.values as ArrayLike<number | bigint>;
  need(values, { slots: kind === "bool" ? bitmapBytes(data.length) : data.length, origin });
  if (kind === "bool") return (row) => (Number(values[row >> 3]) >> (row & 7) & 1) === 1;
  if (kind !== "int64") return (row) => Number(values[row]);
  return (row) => {
    const value = Number(values[row]);
    if (Number.isSafeInteger(value)) return value;
    const expected = "an integer from -(2^53 - 1) to 2^53 - 1";
    throw fault(origin, { expected, found: String(values[row]), row });
  };
}

function textReader(data: Data, origin: ColumnOrigin): (row: number) => string {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = data.values as Uint8Array;
  if (data.length > 0) need(offsets, { slots: data.length + 1, origin });
  return (row) => {
    const begin = offsets[row]!;
    const end = offsets[row + 1]!;
    if (begin < 0 || end < begin || end > bytes.length) {
      const expected = `a text within ${bytes.length} bytes`;
      throw fault(origin, { expected, found: `${begin} to ${end}`, row });
    }
    try {
      return DECODER.decode(bytes.subarray(begin, end));
    } catch (cause) {
      throw fault(origin, { expected: "UTF-8", found: "other bytes", row, cause });
    }
  };
}

function need(
  values: ArrayLike<unknown> | undefined,
  { slots, origin }: { slots: number; origin: ColumnOrigin },
): void {
  const found = values?.length ?? 0;
  if (found >= slots) return;
  throw fault(origin, { expected: `room for ${slots} values`, found: `room for ${found}` });
}

interface CellProblem {
  readonly expected: string;
  readonly found: string;
  readonly row?: number;
  readonly cause?: unknown;
}

function fault({ column, path }: ColumnOrigin, problem: CellProblem): FileFormatError {
  const { expected, found, row, cause } = problem;
  const where = `column ${quoted(column.name)}${row === undefined ? "" : `, row ${row}`}`;
  return new FileFormatError(path, { where, expected, found }, { cause });
}
