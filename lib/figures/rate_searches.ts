import { RATE_COLUMNS } from "../results/best_rates.ts";
import type { RunRow } from "../results/run_row.ts";
import { keyOf, RUN_SETTINGS, type Series, seriesOf } from "./series.ts";

const RATES: readonly (keyof RunRow)[] = RATE_COLUMNS;
const NO_RATES = Object.fromEntries(RATE_COLUMNS.map((column) => [column, null]));

/** Runs of a method that differ in nothing but rates and seeds, where more than one rate was tried. */
export function rateSearches(rows: readonly RunRow[]): Series[] {
  const fixed = RUN_SETTINGS.filter((key) => !RATES.includes(key) && key !== "variant");
  const searches = new Map(
    [...Map.groupBy(rows, (row) => keyOf(row, ["method", ...fixed])).values()]
      .filter((own) => new Set(own.map((row) => keyOf(row, RATES))).size > 1)
      .flatMap((own) => own[0] ? [[own[0].run_id, own]] : []),
  );
  // One row of each, without its rates: searches are named by what tells them apart.
  const samples = [...searches.values()].flatMap(([row]) => row ? [{ ...row, ...NO_RATES }] : []);
  return seriesOf(samples, []).map((series) => ({
    ...series,
    rows: series.rows.flatMap(({ run_id }) => searches.get(run_id) ?? []),
  }));
}
