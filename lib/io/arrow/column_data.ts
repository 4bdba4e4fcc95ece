import { Bool, type Data, Float64, Int32, Int64, makeData, Utf8 } from "apache-arrow";
import { quoted } from "../errors.ts";
import type { ArrowColumn, Cell } from "./arrow_table.ts";

/**
 * Returns the values of a column in Arrow's layout.
 *
 * Null cells hold zero, and every NaN has the same bits, so that equal cells give equal bytes.
 *
 * @throws {TypeError} If a cell is not of the column's type, or null where that cannot be.
 * @throws {RangeError} If a number does not fit the type, or a text is no Unicode.
 */
export function columnData(column: ArrowColumn, cells: readonly Cell[]): Data {
  const length = cells.length;
  const common = { length, ...nulls(column, cells) };
  const each = <T extends Cell>(check: Check<T>, store: (value: T, row: number) => void) =>
    cells.forEach((cell, row) => {
      if (cell !== null) store(check(cell, { column, row }), row);
    });
  switch (column.kind) {
    case "utf8":
      return makeData({ type: new Utf8(), ...common, ...texts(column, cells) });
    case "float64": {
      const data = new Float64Array(length);
      each(float, (value, row) => data[row] = value);
      return makeData({ type: new Float64(), ...common, data });
    }
    case "int32": {
      const data = new Int32Array(length);
      each(int32, (value, row) => data[row] = value);
      return makeData({ type: new Int32(), ...common, data });
    }
    case "int64": {
      const data = new BigInt64Array(length);
      each(int64, (value, row) => data[row] = BigInt(value));
      return makeData({ type: new Int64(), ...common, data });
    }
    case "bool": {
      const data = new Uint8Array(bitmapBytes(length));
      each(bool, (value, row) => data[row >> 3]! |= Number(value) << (row & 7));
      return makeData({ type: new Bool(), ...common, data });
    }
  }
}

/** The bytes of a bitmap of so many bits. */
export function bitmapBytes(bits: number): number {
  return Math.ceil(bits / 8);
}

interface Place {
  readonly column: ArrowColumn;
  readonly row: number;
}

type Check<T extends Cell> = (cell: Cell, place: Place) => T;

function nulls(column: ArrowColumn, cells: readonly Cell[]) {
  const nullBitmap = new Uint8Array(bitmapBytes(cells.length));
  let nullCount = 0;
  cells.forEach((cell, row) => {
    if (cell !== null) nullBitmap[row >> 3]! |= 1 << (row & 7);
    else if (column.nullable) nullCount++;
    else throw wrongType(cell, { column, row });
  });
  return { nullCount, nullBitmap };
}

function texts(column: ArrowColumn, cells: readonly Cell[]) {
  const encoder = new TextEncoder();
  const parts = cells.map((cell, row) =>
    encoder.encode(cell === null ? "" : text(cell, { column, row }))
  );
  const valueOffsets = new Int32Array(cells.length + 1);
  parts.forEach(({ length }, row) => valueOffsets[row + 1] = valueOffsets[row]! + length);
  const data = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.forEach((part, row) => data.set(part, valueOffsets[row]));
  return { valueOffsets, data };
}

function text(cell: Cell, place: Place): string {
  if (typeof cell !== "string") throw wrongType(cell, place);
  if (!cell.isWellFormed()) throw wrongValue(cell, "Unicode text", place);
  return cell;
}

function float(cell: Cell, place: Place): number {
  if (typeof cell !== "number") throw wrongType(cell, place);
  // A NaN that was computed can have its sign bit set; this one never has.
  return Number.isNaN(cell) ? NaN : cell;
}

function int32(cell: Cell, place: Place): number {
  const value = float(cell, place);
  if (value !== (value | 0)) throw wrongValue(cell, "an integer of 32 bits", place);
  return value;
}

function int64(cell: Cell, place: Place): number {
  const value = float(cell, place);
  if (!Number.isSafeInteger(value)) {
    throw wrongValue(cell, "an integer from -(2^53 - 1) to 2^53 - 1", place);
  }
  return value;
}

function bool(cell: Cell, place: Place): boolean {
  if (typeof cell !== "boolean") throw wrongType(cell, place);
  return cell;
}

function wrongType(cell: Cell, { column, row }: Place): TypeError {
  const { name, kind, nullable } = column;
  return new TypeError(
    `Cannot write a table: '${name}' in row ${row} must be ${kind}${nullable ? " or null" : ""}: ` +
      `current value is ${show(cell)}`,
  );
}

function wrongValue(cell: Cell, expected: string, { column, row }: Place): RangeError {
  return new RangeError(
    `Cannot write a table: '${column.name}' in row ${row} must be ${expected}: ` +
      `current value is ${show(cell)}`,
  );
}

function show(cell: unknown): string {
  return typeof cell === "string" ? quoted(cell) : String(cell);
}
