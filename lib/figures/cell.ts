import type { RunRow } from "../results/run_row.ts";
import type { Measure } from "./measure.ts";
import { readableStatus } from "./readable.ts";
import { least, type Spread, spread } from "./statistics.ts";

/** The runs of one place of a figure: equal but for their seeds. */
export interface Cell {
  /** Mean and spread, or a time's least, over the runs that came out well; `null` where there is none. */
  readonly spread: Spread | null;
  /** Those runs, each with its value. */
  readonly done: readonly { row: RunRow; value: number }[];
  /** The runs without a value: diverged, failed, out of memory or stopped. */
  readonly lost: readonly RunRow[];
}

/** Takes runs together by a measure. A run that is not done counts as lost, never as a number. */
export function cellOf(rows: readonly RunRow[], measure: Measure): Cell {
  const done: { row: RunRow; value: number }[] = [];
  const lost: RunRow[] = [];
  for (const row of rows) {
    const value = row.status === "done" ? measure.of(row) : null;
    if (value === null || !Number.isFinite(value)) lost.push(row);
    else done.push({ row, value });
  }
  const values = done.map(({ value }) => value);
  return { spread: measure.isTime ? least(values) : spread(values), done, lost };
}

/** One line on the runs that were lost, such as `1 of 3 seeds: diverged`, with their errors. */
export function lostText(cell: Cell): string {
  return lostLine(
    cell,
    cell.lost.map((row) => row.status === "done" ? "no value" : readableStatus(row)),
  );
}

/** The same without the errors, which can be long. */
export function lostStatus(cell: Cell): string {
  return lostLine(
    cell,
    cell.lost.map((row) =>
      row.status === "done" ? "no value" : readableStatus({ ...row, error: null })
    ),
  );
}

function lostLine({ done, lost }: Cell, reasons: readonly string[]): string {
  const all = done.length + lost.length;
  const count = all === 1 ? "" : `${lost.length} of ${all} seeds: `;
  return count + [...new Set(reasons)].join("; ");
}

/** How the numbers of a figure came about, for its subtitle. */
export function seedsText(cells: readonly Cell[]): string {
  const counts = countsOf(cells);
  if (counts.length === 0) return "no run has a result";
  if (Math.max(...counts) === 1) return "one seed, so no error bars";
  return `mean ± std of ${rangeText(counts)} seeds; faint: single seeds`;
}

/** How the times of a figure came about, for its subtitle. */
export function shortestText(cells: readonly Cell[]): string {
  const counts = countsOf(cells);
  if (counts.length === 0) return "no run has a result";
  if (Math.max(...counts) === 1) return "one run";
  return `the shortest of ${rangeText(counts)} runs`;
}

function countsOf(cells: readonly Cell[]): readonly number[] {
  return cells.flatMap(({ spread }) => spread ? [spread.count] : []);
}

function rangeText(counts: readonly number[]): string {
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return fewest === most ? `${most}` : `${fewest} to ${most}`;
}
