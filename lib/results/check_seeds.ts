import { RUN_COLUMNS } from "./row_columns.ts";
import type { RunRow } from "./run_row.ts";

/** What a run was told, apart from its seed: the columns between its status and its results. */
const SETTINGS = RUN_COLUMNS.map(({ name }) => name as keyof RunRow).slice(
  RUN_COLUMNS.findIndex(({ name }) => name === "model"),
  RUN_COLUMNS.findIndex(({ name }) => name === "validation_loss"),
).filter((name) => name !== "seed");

/**
 * Checks that no two runs of one group have one seed.
 *
 * @param by The columns that tell groups apart.
 * @throws {RangeError} If two have; the message names the columns in which they differ.
 */
export function checkSeeds(rows: readonly RunRow[], by: readonly (keyof RunRow)[]): void {
  const seen = new Map<string, RunRow>();
  for (const row of rows) {
    const group = JSON.stringify([row.seed, ...by.map((name) => row[name])]);
    const other = seen.get(group);
    if (other !== undefined) throw twice(row, { other, by });
    seen.set(group, row);
  }
}

function twice(
  row: RunRow,
  { other, by }: { other: RunRow; by: readonly (keyof RunRow)[] },
): RangeError {
  const group = by.map((name) => `${name} ${row[name]}`).join(", ");
  const names = ["study" as const, ...SETTINGS].filter((name) => row[name] !== other[name]);
  return new RangeError(
    `Cannot average runs over their seeds: two of ${group} have seed ${row.seed}: ` +
      (names.length > 0
        ? `add '${names.join("' or '")}', in which they differ, to 'by', or choose among the runs`
        : `they differ in no setting that the rows show: choose among '${other.run_id}' and '${row.run_id}'`),
  );
}
