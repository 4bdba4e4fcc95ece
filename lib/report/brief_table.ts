import { decimals } from "../figures/statistics.ts";
import { NOTHING, type TableBlock } from "./document.ts";
import { ofPlan } from "./of_plan.ts";
import { paperPairs } from "./paper_pairs.ts";
import { paperShare } from "./paper_share.ts";
import type { ReportData } from "./report_data.ts";
import {
  MERGED,
  MERGED_CAPTION,
  type ResultColumn,
  right,
  SCORE_CAPTIONS,
  scoreColumns,
  SETTINGS,
  STEP_MEMORY,
} from "./result_columns.ts";
import { type RunGroup, runGroups } from "./run_groups.ts";

/**
 * The results for a first page: the groups of which runs are done, their scores beside the paper's
 * share, and the memory of a step. The report has the rest, runs beside the plan and times among them,
 * which hang on the machine and on what ran beside.
 *
 * @throws {RangeError} If a row has no manifest.
 */
export function briefTable(data: ReportData): TableBlock {
  const groups = runGroups(ofPlan(data));
  const share = paperColumn(groups);
  const columns = [...SETTINGS, ...scoreColumns(groups), ...share, STEP_MEMORY, MERGED];
  const missing = groups.reduce((sum, group) => sum + group.missing, 0);
  return {
    kind: "table",
    columns: columns.map(({ title, align }) => ({ title, align })),
    rows: groups.filter(({ rows }) => rows.length > 0).map((group) =>
      columns.map(({ of }) => of(group))
    ),
    caption: [
      "Mean ± standard deviation of a sample over seeds; n: runs that came to their end.",
      ...SCORE_CAPTIONS,
      ...(share.length > 0
        ? [`Paper: the share of float by the numbers of ${data.study.source}.`]
        : []),
      "Step memory: by our formulas, in float32 within 3 % of its plan.",
      MERGED_CAPTION,
      ...(missing > 0 ? [`${missing} of ${data.planned.length} runs are still to be done.`] : []),
    ].join(" "),
  };
}

function paperColumn(groups: readonly RunGroup[]): ResultColumn[] {
  const pairs = paperPairs(groups);
  const shares = new Map(pairs.flatMap((pair) => {
    const share = paperShare(pair, pairs);
    return share === null ? [] : [[pair.group, share]];
  }));
  if (shares.size === 0) return [];
  return [right("paper (%) ↑", (group) => {
    const share = shares.get(group);
    return share === undefined ? NOTHING : decimals(share, 1);
  })];
}
