import type { Schema } from "apache-arrow";
import { arrowSchema } from "../io/arrow/arrow_schema.ts";
import type { ArrowColumn } from "../io/arrow/arrow_table.ts";
import { MEMORY_BASES, type MemoryProfileRow } from "./memory_row.ts";
import { CURVE_COLUMNS, LAYER_COLUMNS, MEMORY_COLUMNS, RUN_COLUMNS } from "./row_columns.ts";
import { LAYERS_1, RECOMPUTES, RUNS_1, RUNS_2, RUNS_3 } from "./older_rows.ts";
import { type CurveRow, type LayerRow, RUN_STATUSES, type RunRow } from "./run_row.ts";

/** The key of the schema's metadata under which `<table>/<version>` stands. */
export const SCHEMA_KEY = "qatlab.schema";

/** What every row of a table keeps to, beyond the types of its columns. */
export interface RowRule<Row> {
  readonly column: keyof Row & string;
  readonly expected: string;
  holds(row: Row): boolean;
}

/** What an older version of a table lacks, and what stands in its place. */
export interface OlderFormat<Row> {
  /** The columns that it lacks; those that it has are as they are now. */
  readonly lacks: readonly (keyof Row & string)[];
  /**
   * Finds what those columns hold: it makes a function of a row from the file's metadata.
   *
   * @throws {FileFormatError} If the metadata do not say.
   */
  fill(metadata: ReadonlyMap<string, string>, path: string): (runId: string) => Partial<Row>;
}

/** One of our tables: its name, version, columns and rules. */
export interface RowFormat<Row> {
  readonly name: "runs" | "curves" | "layers" | "memory";
  /** A change that old code would misread raises it. */
  readonly version: number;
  readonly columns: readonly ArrowColumn[];
  /** Older versions that are read, by their numbers; all others are refused. */
  readonly older?: ReadonlyMap<number, OlderFormat<Row>>;
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
  version: 4,
  columns: RUN_COLUMNS,
  older: new Map([[1, RUNS_1], [2, RUNS_2], [3, RUNS_3]]),
  rules: [
    runId,
    oneOf("status", RUN_STATUSES),
    oneOf("grid", ["symmetric", "asymmetric"]),
    atLeast("bits", 1),
    atLeast("rank", 0),
    atLeast("steps", 0),
    {
      column: "recompute",
      expected: `one of ${RECOMPUTES.join(", ")}`,
      holds: ({ recompute }) => RECOMPUTES.includes(recompute),
    },
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
  version: 2,
  columns: LAYER_COLUMNS,
  older: new Map([[1, LAYERS_1]]),
  rules: [runId, atLeast("outputs", 1), atLeast("inputs", 1)],
};

/** One row a step and basis. */
export const MEMORY: RowFormat<MemoryProfileRow> = {
  name: "memory",
  version: 1,
  columns: MEMORY_COLUMNS,
  rules: [
    {
      column: "basis",
      expected: `one of ${MEMORY_BASES.join(", ")}`,
      holds: ({ basis }) => MEMORY_BASES.includes(basis),
    },
    atLeast("bits", 1),
    atLeast("rank", 0),
    atLeast("batch", 1),
    atLeast("seq", 1),
    atLeast("total_bytes", 0),
  ],
};

/** The Arrow schemas of the tables; a file has more metadata: its manifest and seals. */
export const SCHEMAS: Readonly<Record<RowFormat<never>["name"], Schema>> = {
  runs: schemaOf(RUNS),
  curves: schemaOf(CURVES),
  layers: schemaOf(LAYERS),
  memory: schemaOf(MEMORY),
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
