import type { Spread } from "../figures/statistics.ts";
import { isMeasured, measured } from "./paper_measures.ts";
import type { PaperCell, ReportPlace } from "./report_data.ts";
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

/** The name by which the papers' tables call the unquantized model. */
const FLOAT = "full-precision";

/** All published numbers of kinds that are measured here, in the order of the groups. */
export function paperPairs(groups: readonly RunGroup[]): PaperPair[] {
  const pairs = cellsOf(groups).flatMap(({ group, place, cell }) => {
    const ours = measured(group, { cell, groups });
    return ours === undefined ? [] : [{ group, place, cell, ours }];
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
    if (isMeasured(cell.metric)) continue;
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
