import type { RunRow } from "../results/mod.ts";
import type { TableBlock } from "./document.ts";
import { isSearch } from "./is_search.ts";
import {
  COST_CAPTION,
  COSTS,
  MERGED,
  MERGED_CAPTION,
  SCORE_CAPTIONS,
  scoreColumns,
  SEARCH_CAPTION,
  SEARCH_SCORES,
  SETTINGS,
} from "./result_columns.ts";
import type { RunGroup } from "./run_groups.ts";

/**
 * The results: a row for each group, means over its seeds. Where nothing was scored on a test text, as
 * in a search of learning rates, the validation loss stands in the place of the scores.
 */
export function resultTable(groups: readonly RunGroup[], rows: readonly RunRow[]): TableBlock {
  const search = isSearch(rows);
  const scores = search ? SEARCH_SCORES : scoreColumns(groups);
  const list = [...SETTINGS, ...scores, ...COSTS, ...(search ? [] : [MERGED])];
  return {
    kind: "table",
    columns: list.map(({ title, align }) => ({ title, align })),
    rows: groups.map((group) => list.map(({ of }) => of(group))),
    caption: [
      "Mean ± standard deviation of a sample over seeds; n: runs that came to their end.",
      ...(search ? [SEARCH_CAPTION] : SCORE_CAPTIONS),
      COST_CAPTION,
      ...(search ? [] : [MERGED_CAPTION]),
    ].join(" "),
  };
}
