import { Bool, type DataType, Field, Float64, Int32, Int64, Schema, Utf8 } from "apache-arrow";
import type { ArrowColumn, CellKind } from "./arrow_table.ts";

const TYPES: Readonly<Record<CellKind, DataType>> = {
  utf8: new Utf8(),
  float64: new Float64(),
  int32: new Int32(),
  int64: new Int64(),
  bool: new Bool(),
};

const KINDS: ReadonlyMap<string, CellKind> = new Map(
  (Object.keys(TYPES) as CellKind[]).map((kind) => [String(TYPES[kind]), kind]),
);

/** Returns the Arrow schema of columns. */
export function arrowSchema(
  columns: readonly ArrowColumn[],
  metadata: ReadonlyMap<string, string>,
): Schema {
  const fields = columns.map(({ name, kind, nullable }) => new Field(name, TYPES[kind], nullable));
  return new Schema(fields, new Map(metadata));
}

/** Returns what a column of an Arrow type holds, or `undefined` if the type is none of ours. */
export function cellKind(type: DataType): CellKind | undefined {
  return KINDS.get(String(type));
}
