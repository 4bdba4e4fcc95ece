/** What a column of ours can hold; each is read with this very type by PyArrow, polars and DuckDB. */
export type CellKind = "utf8" | "float64" | "int32" | "int64" | "bool";

/** One value of a table; `null` is a value that is not there, which is neither zero nor NaN. */
export type Cell = string | number | boolean | null;

/** The name and type of a column. */
export interface ArrowColumn {
  readonly name: string;
  readonly kind: CellKind;
  readonly nullable: boolean;
}

/** A table by columns, as {@linkcode encodeArrow} writes it and {@linkcode decodeArrow} reads it. */
export interface ArrowTable {
  readonly columns: readonly ArrowColumn[];
  /** The values of each column; all lists have one length. */
  readonly cells: readonly (readonly Cell[])[];
  /** The metadata of the schema. */
  readonly metadata: ReadonlyMap<string, string>;
}
