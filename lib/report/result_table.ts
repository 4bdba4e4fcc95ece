import { recoveredShare } from "../figures/recovered_share.ts";
import { readableBytes, readableGranularity } from "../figures/readable.ts";
import { spread, spreadText } from "../figures/statistics.ts";
import type { NumberColumn, RunRow } from "../results/mod.ts";
import { NOTHING, type TableBlock, type TableColumn } from "./document.ts";
import { isSearch } from "./is_search.ts";
import type { RunGroup } from "./run_groups.ts";

/** The number that a run came to, `null` where it has none. */
export type ValueOf = (row: RunRow) => number | null;

/** Mean and deviation over the runs that came to their end. */
export function doneSpread(group: RunGroup, valueOf: ValueOf): ReturnType<typeof spread> {
  const done = group.rows.filter(({ status }) => status === "done");
  const values = done.map(valueOf).filter((value) => value !== null);
  return spread(values.filter(Number.isFinite));
}

/** A column of the results: what stands in it for a group. */
interface ResultColumn {
  readonly title: string;
  readonly align: TableColumn["align"];
  readonly of: (group: RunGroup) => string;
}

/**
 * The results: a row for each group, means over its seeds. Where nothing was scored on a test text, as
 * in a search of learning rates, the validation loss stands in the place of the scores.
 */
export function resultTable(groups: readonly RunGroup[], rows: readonly RunRow[]): TableBlock {
  const search = isSearch(rows);
  const scores = search ? SEARCH : scoreColumns(rows);
  const list = [...SETTINGS, ...scores, ...COSTS, ...(search ? [] : [MERGED])];
  return {
    kind: "table",
    columns: list.map(({ title, align }) => ({ title, align })),
    rows: groups.map((group) => list.map(({ of }) => of(group))),
    caption: [
      "Mean ± standard deviation of a sample over seeds; n: runs that came to their end.",
      ...(search ? [SEARCH_CAPTION] : SCORE_CAPTIONS),
      "Step memory: what a step takes by our formulas, in float32 within 3 % of its plan. " +
      "Peak memory: the largest of the process, its earlier runs included. Step: the median.",
      ...(search
        ? []
        : ["Merged: whether the merged model's losses are those of the trained one, bit for bit."]),
    ].join(" "),
  };
}

const SETTINGS: readonly ResultColumn[] = [
  left("method", ({ label }) => label),
  right("bits", ({ bits }) => bits >= 16 ? NOTHING : String(bits)),
  left(
    "scales",
    ({ granularity }) => granularity === null ? NOTHING : readableGranularity(granularity),
  ),
  right("rank", ({ rank }) => rank === 0 ? NOTHING : String(rank)),
  right("n", countText),
];

const SEARCH = [mean("validation ↓", (row) => row.validation_loss, 4)];

const SEARCH_CAPTION =
  "Validation: mean loss of the trained model on the validation split, nats a token.";

const SCORE_CAPTIONS = [
  "Nats: mean loss of the merged model on the test text, nats a token; perplexity is its " +
  "exponential, run by run.",
  "Recovered: 100 (L_RTN − L) / (L_RTN − L_LoRA) in nats, against round to nearest at the same bits, " +
  "scales and grid and against LoRA on the float model; of float: against the float model as it was, " +
  "which training on new text can surpass.",
];

const COSTS: readonly ResultColumn[] = [
  right("linear layers ↓", (group) => bytesText(group, "linear_bytes")),
  right(
    "step memory ↓",
    ({ stepBytes }) => stepBytes === null ? NOTHING : readableBytes(stepBytes),
  ),
  right("peak memory ↓", (group) => bytesText(group, "peak_resident_bytes")),
  mean("training (s)", (row) => row.train_seconds, 1),
  mean("step (s) ↓", (row) => row.step_seconds, 3),
];

const MERGED = left("merged", mergeText);

function scoreColumns(rows: readonly RunRow[]): readonly ResultColumn[] {
  const share = recoveredShare(rows);
  const plainShare = recoveredShare(rows, "float");
  return [
    mean("perplexity ↓", (row) => row.perplexity, 3),
    mean("nats ↓", (row) => row.test_loss, 4),
    mean("recovered (%) ↑", (row) => share.of(row), 1),
    mean("of float (%) ↑", (row) => plainShare.of(row), 1),
  ];
}

function left(title: string, of: ResultColumn["of"]): ResultColumn {
  return { title, align: "left", of };
}

function right(title: string, of: ResultColumn["of"]): ResultColumn {
  return { title, align: "right", of };
}

function mean(title: string, valueOf: ValueOf, digits: number): ResultColumn {
  return right(title, (group) => meanText(group, valueOf, digits));
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
