import type { Schema } from "apache-arrow";
import { arrowSchema } from "../io/arrow/arrow_schema.ts";
import type { ArrowColumn } from "../io/arrow/arrow_table.ts";
import { CURVE_COLUMNS, LAYER_COLUMNS, RUN_COLUMNS } from "./row_columns.ts";
import { type CurveRow, type LayerRow, RUN_STATUSES, type RunRow } from "./run_row.ts";

/** The key of the schema's metadata under which `<table>/<version>` stands. */
export const SCHEMA_KEY = "qatlab.schema";

/** What every row of a table keeps to, beyond the types of its columns. */
export interface RowRule<Row> {
  readonly column: keyof Row & string;
  readonly expected: string;
  holds(row: Row): boolean;
}

/** One of our tables: its name, version, columns and rules. */
export interface RowFormat<Row> {
  readonly name: "runs" | "curves" | "layers";
  /** A change that old code would misread raises it. */
  readonly version: number;
  readonly columns: readonly ArrowColumn[];
  readonly rules: readonly RowRule<Row>[];
}

/** Whether a text can be the id of a run, and with it the name of a file. */
export function isRunId(text: string): boolean {
  return /^[0-9a-f]{8,64}$/.test(text);
}

const runId = {
  column: "run_id",
  expected: "8 to 64 hexadecimal digits",
  holds: ({ run_id }: { readonly run_id: string }) => isRunId(run_id),
} as const;

/** One row a run. */
export const RUNS: RowFormat<RunRow> = {
  name: "runs",
  version: 1,
  columns: RUN_COLUMNS,
  rules: [
    runId,
    oneOf("status", RUN_STATUSES),
    oneOf("grid", ["symmetric", "asymmetric"]),
    atLeast("bits", 1),
    atLeast("rank", 0),
    atLeast("steps", 0),
    { column: "started", expected: "a time as 2026-01-31T12:00:00Z", holds: hasTime },
  ],
};

/** One row a step. */
export const CURVES: RowFormat<CurveRow> = {
  name: "curves",
  version: 1,
  columns: CURVE_COLUMNS,
  rules: [runId, atLeast("step", 0)],
};

/** One row a linear layer. */
export const LAYERS: RowFormat<LayerRow> = {
  name: "layers",
  version: 1,
  columns: LAYER_COLUMNS,
  rules: [runId, atLeast("outputs", 1), atLeast("inputs", 1)],
};

/** The Arrow schemas of the three tables; a file has more metadata: its manifest and seals. */
export const SCHEMAS: Readonly<Record<"runs" | "curves" | "layers", Schema>> = {
  runs: schemaOf(RUNS),
  curves: schemaOf(CURVES),
  layers: schemaOf(LAYERS),
};

/** The mark of a table and its version, such as `runs/1`. */
export function formatMark({ name, version }: Pick<RowFormat<never>, "name" | "version">): string {
  return `${name}/${version}`;
}

function schemaOf<Row>(format: RowFormat<Row>): Schema {
  return arrowSchema(format.columns, new Map([[SCHEMA_KEY, formatMark(format)]]));
}

function oneOf(column: "status" | "grid", allowed: readonly string[]): RowRule<RunRow> {
  return {
    column,
    expected: `one of ${allowed.join(", ")}`,
    holds: (row) => allowed.includes(row[column]),
  };
}

function atLeast<Name extends string>(
  column: Name,
  least: number,
): RowRule<{ readonly [Key in Name]: number }> & { readonly column: Name } {
  return { column, expected: `at least ${least}`, holds: (row) => row[column] >= least };
}

function hasTime({ started }: RunRow): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(started) &&
    !Number.isNaN(Date.parse(started));
}
