import { type Table, tableFromIPC } from "apache-arrow";
import { FileFormatError, quoted } from "../errors.ts";
import { cellKind } from "./arrow_schema.ts";
import type { ArrowColumn, ArrowTable, Cell } from "./arrow_table.ts";
import { columnCells } from "./column_cells.ts";

/** The first and last bytes of an Arrow IPC file. */
const MAGIC = "ARROW1";

/** Options for {@linkcode decodeArrow}. */
export interface DecodeArrowOptions {
  /** The path of the file, for messages. */
  readonly path: string;
  /** Sees the schema's metadata before the columns are looked at, and throws if the file is not wanted. */
  readonly accept?: (metadata: ReadonlyMap<string, string>) => void;
}

/**
 * Reads an Arrow IPC file of columns that {@linkcode encodeArrow} can write, in any number of record
 * batches, uncompressed.
 *
 * The library that parses it can run for ever on a damaged file: check a seal first where there is one.
 *
 * @throws {FileFormatError} If it is cut, damaged, or anything else.
 * @throws What `accept` throws.
 */
export function decodeArrow(bytes: Uint8Array, options: DecodeArrowOptions): ArrowTable {
  const { path, accept } = options;
  checkEnds(bytes, path);
  const file = parse(bytes, path);
  const { metadata } = file.schema;
  accept?.(metadata);
  const columns = columnsOf(file, path);
  const cells = columns.map((column, index) => cellsOf(file, { column, index, path }));
  const uneven = columns.find((_, index) => cells[index]?.length !== cells[0]?.length);
  if (uneven === undefined) return { columns, cells, metadata };
  throw columnFault(uneven.name, { path, expected: "one number of rows", found: "another" });
}

function checkEnds(bytes: Uint8Array, path: string): void {
  const latin = new TextDecoder("latin1");
  const first = latin.decode(bytes.subarray(0, MAGIC.length));
  const last = latin.decode(bytes.subarray(-MAGIC.length));
  const expected = `${quoted(MAGIC)} of an Arrow file`;
  if (first !== MAGIC) {
    throw new FileFormatError(path, {
      where: "the first bytes",
      offset: 0,
      expected,
      found: quoted(first),
    });
  }
  if (last !== MAGIC || bytes.length < 2 * MAGIC.length) {
    const offset = Math.max(0, bytes.length - MAGIC.length);
    const found = `${quoted(last)}: the file may be cut`;
    throw new FileFormatError(path, { where: "the last bytes", offset, expected, found });
  }
}

function parse(bytes: Uint8Array, path: string): Table {
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    const expected = "record batches without compression";
    const found = cause instanceof Error ? quoted(cause.message) : "something else";
    throw new FileFormatError(path, { where: "the Arrow file", expected, found }, { cause });
  }
}

function columnsOf(file: Table, path: string): ArrowColumn[] {
  const names = new Set<string>();
  return file.schema.fields.map(({ name, type, nullable }) => {
    const kind = cellKind(type);
    if (kind === undefined) {
      const expected = "a column of utf8, float64, int32, int64 or bool";
      throw columnFault(name, { path, expected, found: quoted(String(type)) });
    }
    if (names.has(name)) throw columnFault(name, { path, expected: "one", found: "two" });
    names.add(name);
    return { name, kind, nullable };
  });
}

function columnFault(
  name: string,
  { path, expected, found }: { path: string; expected: string; found: string },
): FileFormatError {
  return new FileFormatError(path, { where: `column ${quoted(name)}`, expected, found });
}

interface ColumnPlace {
  readonly column: ArrowColumn;
  readonly index: number;
  readonly path: string;
}

function cellsOf(file: Table, { column, index, path }: ColumnPlace): Cell[] {
  const cells: Cell[] = [];
  for (const { data } of file.batches) {
    const child = data.children[index];
    if (child === undefined) continue;
    const part = columnCells(child, { column, path });
    for (const cell of part) cells.push(cell);
  }
  return cells;
}
