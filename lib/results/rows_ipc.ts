import type { ArrowColumn, ArrowTable, Cell } from "../io/arrow/arrow_table.ts";
import { BLANK_SEAL, checkArrowSeal, SEAL_KEY, sealArrow } from "../io/arrow/arrow_seal.ts";
import { decodeArrow } from "../io/arrow/decode_arrow.ts";
import { encodeArrow } from "../io/arrow/encode_arrow.ts";
import { FileFormatError, quoted } from "../io/errors.ts";
import { formatMark, type RowFormat, SCHEMA_KEY } from "./row_format.ts";
import { SchemaVersionError } from "./schema_version_error.ts";

/** Rows to write, and what the schema's metadata says of them. */
export interface RowsWithMetadata<Row> {
  readonly rows: readonly Row[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Returns rows as an Arrow IPC file. Equal rows and metadata give equal bytes.
 *
 * The file's own sha256 goes into the schema's metadata, so that no bit of it can change unseen.
 *
 * @throws {TypeError} If a field is not of its column's type.
 * @throws {RangeError} If a field breaks a rule of the format or does not fit its type.
 */
export function encodeRows<Row extends object>(
  format: RowFormat<Row>,
  { rows, metadata }: RowsWithMetadata<Row>,
): Uint8Array {
  const fault = firstFault(format, rows);
  if (fault !== undefined) {
    const { column, row, expected, found } = fault;
    throw new RangeError(
      `Cannot write ${format.name}: '${column}' in row ${row} must be ${expected}: ` +
        `current value is ${found}`,
    );
  }
  const { columns } = format;
  const cells = columns.map(({ name }) => rows.map((row) => field(row, name)));
  const ours = [[SCHEMA_KEY, formatMark(format)], [SEAL_KEY, BLANK_SEAL]] as const;
  const bytes = encodeArrow({ columns, cells, metadata: new Map([...ours, ...metadata]) });
  sealArrow(bytes);
  return bytes;
}

/**
 * Reads what {@linkcode encodeRows} wrote, every byte of it held for hostile until checked.
 *
 * @param path The path of the file, for messages.
 * @throws {SchemaVersionError} If it is of another version.
 * @throws {FileFormatError} If it is cut, damaged, or anything else.
 */
export function decodeRows<Row extends object>(
  format: RowFormat<Row>,
  { bytes, path }: { readonly bytes: Uint8Array; readonly path: string },
): RowsWithMetadata<Row> {
  checkArrowSeal(bytes, path);
  const accept = (metadata: ReadonlyMap<string, string>) => {
    versionOf(format, { metadata, path });
  };
  const table = decodeArrow(bytes, { path, accept });
  const older = format.older?.get(versionOf(format, { metadata: table.metadata, path }));
  const columns = format.columns.filter(({ name }) => !older?.lacks.some((lack) => lack === name));
  checkColumns(columns, { table, path });
  const fill = older?.fill(table.metadata, path);
  // The columns were checked to be those of `Row`, and its rules are checked next.
  const rows = rowsOf(table).map((row) =>
    ({ ...row, ...fill?.(String(field(row, "run_id"))) }) as Row
  );
  const fault = firstFault(format, rows);
  if (fault === undefined) return { rows, metadata: table.metadata };
  const where = `column ${quoted(fault.column)}, row ${fault.row}`;
  throw new FileFormatError(path, { where, expected: fault.expected, found: fault.found });
}

/** The version of a file; one that is not read is refused. */
function versionOf<Row>(
  format: RowFormat<Row>,
  { metadata, path }: { metadata: ReadonlyMap<string, string>; path: string },
): number {
  const expected = formatMark(format);
  const found = metadata.get(SCHEMA_KEY);
  const [, name, digits] = found?.match(/^([a-z]+)\/(\d{1,9})$/) ?? [];
  if (name === format.name) {
    const version = Number(digits);
    if (version === format.version || format.older?.has(version)) return version;
    throw new SchemaVersionError(path, { found: version, expected: format.version });
  }
  throw new FileFormatError(path, {
    where: `metadata ${quoted(SCHEMA_KEY)}`,
    expected: quoted(expected),
    found: found === undefined ? "nothing: the file is none of ours" : quoted(found),
  });
}

function checkColumns(
  expected: readonly ArrowColumn[],
  { table, path }: { table: ArrowTable; path: string },
): void {
  const show = (column: ArrowColumn | undefined) =>
    column === undefined
      ? "nothing"
      : `${quoted(column.name)} of ${column.kind}${column.nullable ? ", nullable" : ""}`;
  for (let index = 0; index < Math.max(expected.length, table.columns.length); index++) {
    const [wanted, found] = [show(expected[index]), show(table.columns[index])];
    if (wanted === found) continue;
    throw new FileFormatError(path, { where: `column ${index}`, expected: wanted, found });
  }
}

function rowsOf({ columns, cells }: ArrowTable): object[] {
  const length = cells[0]?.length ?? 0;
  return Array.from(
    { length },
    (_, row) =>
      Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]?.[row] ?? null])),
  );
}

function field(row: object, name: string): Cell {
  return (row as Readonly<Record<string, Cell>>)[name] as Cell;
}

function firstFault<Row extends object>(format: RowFormat<Row>, rows: readonly Row[]) {
  for (const [index, row] of rows.entries()) {
    const rule = format.rules.find((rule) => !rule.holds(row));
    if (rule === undefined) continue;
    const { column, expected } = rule;
    return { column, expected, row: index, found: quoted(String(field(row, column))) };
  }
  return undefined;
}
