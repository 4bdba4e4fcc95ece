import { recoveredShare } from "../figures/recovered_share.ts";
import { readableBytes, readableGranularity } from "../figures/readable.ts";
import { spread, spreadText } from "../figures/statistics.ts";
import type { NumberColumn, RunRow } from "../results/mod.ts";
import { columns, NOTHING, type TableBlock } from "./document.ts";
import type { RunGroup } from "./run_groups.ts";

/** The number that a run came to, `null` where it has none. */
export type ValueOf = (row: RunRow) => number | null;

/** Mean and deviation over the runs that came to their end. */
export function doneSpread(group: RunGroup, valueOf: ValueOf): ReturnType<typeof spread> {
  const done = group.rows.filter(({ status }) => status === "done");
  const values = done.map(valueOf).filter((value) => value !== null);
  return spread(values.filter(Number.isFinite));
}

/** The results: a row for each group, means over its seeds. */
export function resultTable(groups: readonly RunGroup[], rows: readonly RunRow[]): TableBlock {
  const share = recoveredShare(rows);
  const plainShare = recoveredShare(rows, "float");
  return {
    kind: "table",
    columns: [
      ...columns("left", "method"),
      ...columns("right", "bits"),
      ...columns("left", "scales"),
      ...columns("right", "rank", "n", "perplexity ↓", "nats ↓"),
      ...columns("right", "recovered (%) ↑", "of float (%) ↑"),
      ...columns("right", "linear layers ↓", "step memory ↓", "peak memory ↓"),
      ...columns("right", "training (s)", "step (s) ↓"),
      ...columns("left", "merged"),
    ],
    rows: groups.map((group) => {
      const mean = (valueOf: ValueOf, digits: number) => meanText(group, valueOf, digits);
      return [
        group.label,
        group.bits >= 16 ? NOTHING : String(group.bits),
        group.granularity === null ? NOTHING : readableGranularity(group.granularity),
        group.rank === 0 ? NOTHING : String(group.rank),
        countText(group),
        mean((row) => row.perplexity, 3),
        mean((row) => row.test_loss, 4),
        mean((row) => share.of(row), 1),
        mean((row) => plainShare.of(row), 1),
        bytesText(group, "linear_bytes"),
        group.stepBytes === null ? NOTHING : readableBytes(group.stepBytes),
        bytesText(group, "peak_resident_bytes"),
        mean((row) => row.train_seconds, 1),
        mean((row) => row.step_seconds, 3),
        mergeText(group),
      ];
    }),
    caption: "Mean ± standard deviation of a sample over seeds; n: runs that came to their end. " +
      "Nats: mean loss of the merged model on the test text, nats a token; perplexity is its " +
      "exponential, run by run. Recovered: 100 (L_RTN − L) / (L_RTN − L_LoRA) in nats, against " +
      "round to nearest at the same bits, scales and grid and against LoRA on the float model; of " +
      "float: against the float model as it was, which training on new text can surpass. " +
      "Step memory: what a step takes by our formulas, in float32 within 3 % of its plan. " +
      "Peak memory: the largest of the process, its earlier runs included. Step: the median. " +
      "Merged: whether the merged model's losses are those of the trained one, bit for bit.",
  };
}

function meanText(group: RunGroup, valueOf: ValueOf, digits: number): string {
  const found = doneSpread(group, valueOf);
  return found === null ? NOTHING : spreadText(found, digits);
}

function countText({ rows, missing }: RunGroup): string {
  const done = rows.filter(({ status }) => status === "done").length;
  const lost = rows.length - done;
  const gaps = [lost > 0 && `${lost} lost`, missing > 0 && `${missing} missing`];
  const text = gaps.filter((gap) => gap !== false).join(", ");
  return text === "" ? `${done}` : `${done} (${text})`;
}

function bytesText(group: RunGroup, name: NumberColumn): string {
  const most = Math.max(...group.rows.map((row) => row[name] ?? 0));
  return group.rows.length > 0 && most > 0 ? readableBytes(most) : NOTHING;
}

function mergeText({ rows }: RunGroup): string {
  const known = rows.map(({ merge_exact }) => merge_exact).filter((exact) => exact !== null);
  if (known.length === 0) return NOTHING;
  const exact = known.filter((isExact) => isExact).length;
  return exact === known.length ? "exact" : `${exact} of ${known.length} exact`;
}
