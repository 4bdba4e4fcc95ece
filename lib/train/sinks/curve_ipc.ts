import type { ArrowColumn, Cell } from "../../io/arrow/arrow_table.ts";
import { decodeArrow } from "../../io/arrow/decode_arrow.ts";
import { encodeArrow } from "../../io/arrow/encode_arrow.ts";
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
  const columns = [STEP, ...table.columns.keys()].map(curveColumn);
  const others = table.columns.entries().map(([name, values]) =>
    table.steps.map((_, row) => cell(name, values[row]))
  );
  const metadata = new Map([[MARK, VERSION]]);
  return encodeArrow({ columns, cells: [table.steps, ...others], metadata });
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
  const cells = readCells(bytes, path);
  const steps = cells.get(STEP);
  if (steps === undefined) throw foreign(path, "one without steps");
  cells.delete(STEP);
  const curve = new CurveTable();
  let last = -1;
  for (const [row, step] of steps.map(Number).entries()) {
    if (step > lastStep) break;
    if (step <= last) throw foreign(path, "steps that do not rise");
    last = step;
    const values = cells.entries().map(([name, column]) => [name, column[row] ?? null] as const)
      .filter(([, value]) => value !== null).map(([name, value]) => [name, Number(value)]);
    curve.set(step, Object.fromEntries(values));
  }
  return curve;
}

function curveColumn(name: string): ArrowColumn {
  if (name === STEP) return { name, kind: "int32", nullable: false };
  return { name, kind: isIntegerColumn(name) ? "int64" : "float64", nullable: true };
}

function cell(name: string, value: number | undefined): Cell {
  if (value === undefined) return null;
  return isIntegerColumn(name) ? Math.round(value) : value;
}

function readCells(bytes: Uint8Array, path: string): Map<string, readonly Cell[]> {
  const accept = (metadata: ReadonlyMap<string, string>) => checkMark(metadata, path);
  const { columns, cells } = decodeArrow(bytes, { path, accept });
  const strange = columns.find(({ name, kind }) => kind !== curveColumn(name).kind);
  if (strange !== undefined) throw foreign(path, `${quoted(strange.name)} as ${strange.kind}`);
  return new Map(columns.map(({ name }, index) => [name, cells[index] ?? []]));
}

function checkMark(metadata: ReadonlyMap<string, string>, path: string): void {
  const found = metadata.get(MARK);
  if (found === VERSION) return;
  throw foreign(path, found === undefined ? "another file" : `the version ${quoted(found)}`);
}

function foreign(path: string, found: string): FileFormatError {
  const expected = "the curve of a training run (move the file away, or give another path)";
  return new FileFormatError(path, { where: "the Arrow file", expected, found });
}
