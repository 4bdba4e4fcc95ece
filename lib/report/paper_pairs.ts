import type { Spread } from "../figures/statistics.ts";
import type { RunRow } from "../results/mod.ts";
import type { PaperCell, ReportPlace } from "./report_data.ts";
import { doneSpread } from "./result_columns.ts";
import type { RunGroup } from "./run_groups.ts";

/** A published number beside ours. */
export interface PaperPair {
  readonly group: RunGroup;
  readonly place: ReportPlace;
  readonly cell: PaperCell;
  /** `null` where no run came to its end. */
  readonly ours: Spread | null;
  /** What the published and our loss are above those of the unquantized model, in nats a token. */
  readonly extra: { readonly paper: number | null; readonly ours: number | null };
}

type PaperValueOf = (row: RunRow, cell: PaperCell) => number | null;

// What of the papers' numbers is measured here.
const MEASURED: ReadonlyMap<string, PaperValueOf> = new Map<string, PaperValueOf>([
  ["perplexity", (row) => row.perplexity],
  // The papers have it for 100 steps.
  ["step-time", (row) => row.step_seconds === null ? null : 100 * row.step_seconds],
  ["training-time", trainingHours],
]);

// Hours for as many rows as the paper's training has; L4Q's table calls them iterations.
function trainingHours(row: RunRow, { note }: PaperCell): number | null {
  const thousands = /(\d+)K iterations/.exec(note)?.[1];
  if (thousands === undefined || row.step_seconds === null) return null;
  return row.step_seconds / (row.batch * row.accumulation) * 1000 * Number(thousands) / 3600;
}

/** The name by which the papers' tables call the unquantized model. */
const FLOAT = "full-precision";

/** All published numbers of kinds that are measured here, in the order of the groups. */
export function paperPairs(groups: readonly RunGroup[]): PaperPair[] {
  const pairs = cellsOf(groups).flatMap(({ group, place, cell }) => {
    const valueOf = MEASURED.get(cell.metric);
    if (!valueOf) return [];
    return [{ group, place, cell, ours: doneSpread(group, (row) => valueOf(row, cell)) }];
  });
  const floats = pairs.filter((pair) => isPerplexity(pair) && pair.cell.key.method === FLOAT);
  return pairs.map((pair) => {
    const float = !isPerplexity(pair)
      ? undefined
      : floats.find(({ cell, group }) =>
        cell.key.model === pair.cell.key.model && cell.source === pair.cell.source &&
        group.leaves.get("model") === pair.group.leaves.get("model")
      );
    return {
      ...pair,
      extra: {
        paper: logRatio(pair.cell.value, float?.cell.value),
        ours: logRatio(pair.ours?.mean, float?.ours?.mean),
      },
    };
  });
}

/** How many published numbers of each other kind there are. */
export function unmeasured(groups: readonly RunGroup[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { cell } of cellsOf(groups)) {
    if (MEASURED.has(cell.metric)) continue;
    const task = cell.key.task === undefined ? "" : ` (${cell.key.task})`;
    const name = `${cell.metric}${task}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function cellsOf(groups: readonly RunGroup[]) {
  return groups.flatMap((group) =>
    group.places.flatMap((place) => place.cells.map((cell) => ({ group, place, cell })))
  );
}

function isPerplexity(pair: { readonly cell: PaperCell }): boolean {
  return pair.cell.metric === "perplexity";
}

function logRatio(value?: number | null, float?: number | null): number | null {
  return value && float ? Math.log(value / float) : null;
}
