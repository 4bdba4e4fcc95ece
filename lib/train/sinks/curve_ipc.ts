import {
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
} from "apache-arrow";
import { FileFormatError, quoted } from "../../io/errors.ts";
import { CurveTable, isIntegerColumn, STEP } from "./curve_table.ts";

/** The schema metadata by which a file is known as a curve of ours. */
const MARK = "qatlab.curve";
const VERSION = "1";

/**
 * Returns a curve as an Arrow IPC file, uncompressed, in one record batch.
 *
 * `step` is int32; `tokens` and `resident_bytes` are int64; all others are float64. What was not
 * measured is null, which is not NaN.
 */
export function encodeCurve(table: CurveTable): Uint8Array {
  const rows = table.steps.length;
  const steps = makeData({ type: new Int32(), length: rows, data: Int32Array.from(table.steps) });
  const columns = [...table.columns];
  const fields = [
    new Field(STEP, new Int32(), false),
    ...columns.map(([name]) => new Field(name, columnType(name), true)),
  ];
  const children = [steps, ...columns.map(([name, values]) => columnData(name, values, rows))];
  const schema = new Schema(fields, new Map([[MARK, VERSION]]));
  const struct = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  // The library's ZSTD and LZ4 writers make files that other readers refuse.
  return tableToIPC(new Table(schema, new RecordBatch(schema, struct)), "file");
}

/**
 * Reads what {@linkcode encodeCurve} wrote.
 *
 * @param bytes The content of the file.
 * @param path The path of the file, for messages.
 * @param lastStep Later rows are left out.
 * @throws {FileFormatError} If it is anything else.
 */
export function decodeCurve(
  bytes: Uint8Array,
  { path, lastStep }: { path: string; lastStep: number },
): CurveTable {
  const file = readTable(bytes, path);
  const steps = file.getChild(STEP)?.toArray();
  const curve = new CurveTable();
  const columns = file.schema.fields.filter(({ name }) => name !== STEP)
    .map(({ name }) => ({ name, values: file.getChild(name) }));
  for (let row = 0; row < file.numRows && steps[row] <= lastStep; row++) {
    if (row > 0 && steps[row] <= steps[row - 1]) throw foreign(path, "steps that do not rise");
    const values = columns.map(({ name, values }) => [name, values?.get(row)] as const)
      .filter(([, value]) => value !== null).map(([name, value]) => [name, Number(value)]);
    curve.set(steps[row], Object.fromEntries(values));
  }
  return curve;
}

function columnType(name: string): Int64 | Float64 {
  return isIntegerColumn(name) ? new Int64() : new Float64();
}

function columnData(name: string, values: readonly (number | undefined)[], length: number) {
  const { nullCount, nullBitmap } = nulls(values, length);
  const common = { length, nullCount, nullBitmap };
  if (isIntegerColumn(name)) {
    const data = new BigInt64Array(length);
    values.forEach((value, row) => data[row] = BigInt(Math.round(value ?? 0)));
    return makeData({ type: new Int64(), ...common, data });
  }
  const data = new Float64Array(length);
  values.forEach((value, row) => data[row] = value ?? 0);
  return makeData({ type: new Float64(), ...common, data });
}

function nulls(values: readonly (number | undefined)[], length: number) {
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let nullCount = length;
  for (let row = 0; row < length; row++) {
    if (values[row] === undefined) continue;
    nullBitmap[row >> 3]! |= 1 << (row & 7);
    nullCount--;
  }
  return { nullCount, nullBitmap };
}

function readTable(bytes: Uint8Array, path: string): Table {
  const file = parse(bytes, path);
  const found = file.schema.metadata.get(MARK);
  if (found !== VERSION) {
    throw foreign(path, found === undefined ? "another file" : `the version ${quoted(found)}`);
  }
  const strange = file.schema.fields.find(({ name, type }) =>
    String(type) !== String(name === STEP ? new Int32() : columnType(name))
  );
  if (strange !== undefined) throw foreign(path, `${quoted(strange.name)} as ${strange.type}`);
  if (file.getChild(STEP) === null) throw foreign(path, "one without steps");
  return file;
}

function parse(bytes: Uint8Array, path: string): Table {
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    throw foreign(path, "no Arrow file that can be read", cause);
  }
}

function foreign(path: string, found: string, cause?: unknown): FileFormatError {
  const expected = "the curve of a training run (move the file away, or give another path)";
  return new FileFormatError(path, { where: "the Arrow file", expected, found }, { cause });
}
