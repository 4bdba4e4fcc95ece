import { readableBytes, readableGranularity } from "../figures/readable.ts";
import { type LosslessReference, recoveredShare } from "../figures/recovered_share.ts";
import { least, type Spread, spread, spreadText } from "../figures/statistics.ts";
import type { NumberColumn, RunRow } from "../results/mod.ts";
import { NOTHING, type TableColumn } from "./document.ts";
import type { RunGroup } from "./run_groups.ts";

/** The number that a run came to, `null` where it has none. */
export type ValueOf = (row: RunRow) => number | null;

/** Mean and deviation over the runs that came to their end. */
export function doneSpread(group: RunGroup, valueOf: ValueOf): Spread | null {
  return spread(doneValues(group, valueOf));
}

/** The least over the runs that came to their end: of times, to which a machine's other work only adds. */
export function doneLeast(group: RunGroup, valueOf: ValueOf): Spread | null {
  return least(doneValues(group, valueOf));
}

function doneValues({ rows }: RunGroup, valueOf: ValueOf): readonly number[] {
  const values = rows.filter(({ status }) => status === "done").map(valueOf);
  return values.filter((value) => value !== null).filter(Number.isFinite);
}

/** A column of results: what stands in it for a group. */
export interface ResultColumn {
  readonly title: string;
  readonly align: TableColumn["align"];
  readonly of: (group: RunGroup) => string;
}

/** What tells groups apart, and how many of their runs are done. */
export const SETTINGS: readonly ResultColumn[] = [
  left("method", ({ label }) => label),
  right("bits", ({ bits }) => bits >= 16 ? NOTHING : String(bits)),
  left(
    "scales",
    ({ granularity }) => granularity === null ? NOTHING : readableGranularity(granularity),
  ),
  right("rank", ({ rank }) => rank === 0 ? NOTHING : String(rank)),
  right("n", countText),
];

/** The scores of a search, and what they are. */
export const SEARCH_SCORES = [mean("validation ↓", (row) => row.validation_loss, 4)];
export const SEARCH_CAPTION =
  "Validation: mean loss of the trained model on the validation split, nats a token.";

/** What the scores on a test text are. */
export const SCORE_CAPTIONS = [
  "Nats: mean loss of the merged model on the test text, nats a token; perplexity is its " +
  "exponential, run by run.",
  "Recovered: 100 (L_RTN − L) / (L_RTN − L_LoRA) in nats, against round to nearest at the same bits, " +
  "scales and grid, with the range that suits it best, and against LoRA on the float model; of float: " +
  "against the float model as it was, which training on new text can surpass.",
];

/** What a training step takes of memory. */
export const STEP_MEMORY = right(
  "step memory ↓",
  ({ stepBytes }) => stepBytes === null ? NOTHING : readableBytes(stepBytes),
);

/** All that runs and their models take. */
export const COSTS: readonly ResultColumn[] = [
  right("linear layers ↓", (group) => bytesText(group, "linear_bytes")),
  STEP_MEMORY,
  right("peak memory ↓", (group) => bytesText(group, "peak_resident_bytes")),
  shortest("training (s)", (row) => row.train_seconds, 1),
  shortest("step (s) ↓", (row) => row.step_seconds, 3),
];
export const COST_CAPTION =
  "Step memory: what a step takes by our formulas, in float32 within 3 % of its plan. Peak memory: the " +
  "largest of the process, its earlier runs included. Training and step: the shortest of the runs, as " +
  "other work on a machine only adds; of a run's steps the median.";

/** Whether what is deployed is what was trained, and what that means. */
export const MERGED = left("merged", mergeText);
export const MERGED_CAPTION =
  "Merged: whether the merged model's losses are those of the trained one, bit for bit.";

/** The scores on a test text. */
export function scoreColumns(groups: readonly RunGroup[]): readonly ResultColumn[] {
  const share = shareOf(groups, "lora");
  const plainShare = shareOf(groups, "float");
  return [
    mean("perplexity ↓", (row) => row.perplexity, 3),
    mean("nats ↓", (row) => row.test_loss, 4),
    mean("recovered (%) ↑", share, 1),
    mean("of float (%) ↑", plainShare, 1),
  ];
}

// References are scored as the run is: on as many blocks, of the same length.
function shareOf(groups: readonly RunGroup[], against: LosslessReference): ValueOf {
  const measures = new Map<string, ValueOf>();
  for (const alike of Map.groupBy(groups, protocolOf).values()) {
    const rows = alike.flatMap((group) => group.rows);
    const { of } = recoveredShare(rows, against);
    for (const { run_id } of rows) measures.set(run_id, of);
  }
  return (row) => measures.get(row.run_id)?.(row) ?? null;
}

function protocolOf({ leaves }: RunGroup): string {
  const names = ["corpus", "seq", "stride", "bos", "blocks"];
  return JSON.stringify(names.map((name) => leaves.get(`evaluation.${name}`) ?? null));
}

/** A column of texts. */
export function left(title: string, of: ResultColumn["of"]): ResultColumn {
  return { title, align: "left", of };
}

/** A column of numbers. */
export function right(title: string, of: ResultColumn["of"]): ResultColumn {
  return { title, align: "right", of };
}

function mean(title: string, valueOf: ValueOf, digits: number): ResultColumn {
  return right(title, (group) => textOf(doneSpread(group, valueOf), digits));
}

function shortest(title: string, valueOf: ValueOf, digits: number): ResultColumn {
  return right(title, (group) => textOf(doneLeast(group, valueOf), digits));
}

function textOf(found: Spread | null, digits: number): string {
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
