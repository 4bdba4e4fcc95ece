import type { RunRow } from "./run_row.ts";

/** The columns of learning rates, by what they are of; the first that a method has is its main one. */
export const RATE_COLUMNS = ["lr_weight", "lr_adapter", "lr_scale", "lr_offset"] as const;

/** A column of learning rates. */
export type RateColumn = typeof RATE_COLUMNS[number];

/** What a search for a method's learning rates came to. */
export interface BestRates {
  readonly method: string;
  /** How many rates, or pairs of rates, have a validation loss; those that diverged have none. */
  readonly tried: number;
  /** The run with the lowest validation loss. */
  readonly best: RunRow;
  /** Rates of the best run that are the lowest or the highest tried: the search was too narrow. */
  readonly atEdge: readonly RateColumn[];
}

/**
 * The best learning rates of each method, by the mean loss on the validation split, and whether worse ones
 * lie on both sides of them. The runs of a method should differ in nothing else.
 */
export function bestRates(rows: readonly RunRow[]): BestRates[] {
  return [...Map.groupBy(rows, ({ method }) => method)].flatMap(([method, own]): BestRates[] => {
    const scored = own.filter(({ status, validation_loss }) =>
      status === "done" && validation_loss !== null && Number.isFinite(validation_loss)
    );
    const [best] = scored.toSorted((a, b) => (a.validation_loss ?? 0) - (b.validation_loss ?? 0));
    if (!best) return [];
    // A rate that diverged is tried, too: it bounds the search.
    const atEdge = RATE_COLUMNS.filter((column) => isAtEdge(best[column], own, column));
    return [{ method, tried: scored.length, best, atEdge }];
  });
}

function isAtEdge(rate: number | null, rows: readonly RunRow[], column: RateColumn): boolean {
  if (rate === null) return false;
  const tried = new Set(rows.flatMap((row) => row[column] ?? []));
  return tried.size > 1 && (rate === Math.min(...tried) || rate === Math.max(...tried));
}
