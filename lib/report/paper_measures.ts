import { type Spread, spread } from "../figures/statistics.ts";
import type { RunRow } from "../results/mod.ts";
import type { PaperCell } from "./report_data.ts";
import { doneLeast, doneSpread } from "./result_columns.ts";
import type { RunGroup } from "./run_groups.ts";

type Measure = (
  group: RunGroup,
  context: { readonly cell: PaperCell; readonly groups: readonly RunGroup[] },
) => Spread | null;

// What of the papers' numbers is measured here, by their names.
const MEASURES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ["perplexity", (group) => doneSpread(group, (row) => row.perplexity)],
  ["perplexity-delta", downcastDelta],
  // The papers have it for 100 steps.
  ["step-time", (group) => doneLeast(group, ({ step_seconds: s }) => s === null ? null : 100 * s)],
  ["training-time", (group, { cell }) => doneLeast(group, (row) => trainingHours(row, cell))],
]);

/** Our side of a published number; `undefined` where it is of a kind that is not measured here. */
export function measured(
  group: RunGroup,
  context: { readonly cell: PaperCell; readonly groups: readonly RunGroup[] },
): Spread | null | undefined {
  return MEASURES.get(context.cell.metric)?.(group, context);
}

/** Whether a kind of number is measured here. */
export function isMeasured(metric: string): boolean {
  return MEASURES.has(metric);
}

// LR-QAT, Table 2: what a downcast adds to the perplexity of float32, seed by seed.
function downcastDelta(group: RunGroup, { groups }: { readonly groups: readonly RunGroup[] }) {
  const setting = settingBesidePhi(group);
  const whole = groups.find((other) =>
    other.leaves.get(PHI) === "fp32" && settingBesidePhi(other) === setting
  );
  const bySeed = new Map(whole?.rows.map((row) => [row.seed, perplexityOf(row)]));
  const deltas = group.rows.flatMap((row) => {
    const [own, base] = [perplexityOf(row), bySeed.get(row.seed) ?? null];
    return own === null || base === null ? [] : [own - base];
  });
  return spread(deltas);
}

const PHI = "settings.phi";

function settingBesidePhi({ leaves }: RunGroup): string {
  return JSON.stringify([...leaves].filter(([path]) => path !== PHI).sort());
}

function perplexityOf({ status, perplexity }: RunRow): number | null {
  return status === "done" ? perplexity : null;
}

// Hours for as many rows as the paper's training has; L4Q's table calls them iterations.
function trainingHours(row: RunRow, { note }: PaperCell): number | null {
  const thousands = /(\d+)K iterations/.exec(note)?.[1];
  if (thousands === undefined || row.step_seconds === null) return null;
  return row.step_seconds / (row.batch * row.accumulation) * 1000 * Number(thousands) / 3600;
}
