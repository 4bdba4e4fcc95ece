import type { RunRow, StudyResults } from "../results/mod.ts";
import { estimateMemory } from "../memory/estimate.ts";
import { describeRun } from "../study/describe_run.ts";
import { parseOverrides } from "../study/overrides.ts";
import type { RunSpec } from "../study/run_spec.ts";
import { stepOfRun } from "../study/run_step.ts";
import {
  type Place,
  type PlannedRun,
  planStudy,
  type Profile,
  PROFILES,
  SET,
  type Study,
} from "../study/study.ts";
import type { PaperCell, ReportData, ReportPlace } from "./report_data.ts";

/** A published number, with all cells of its row as they are written. */
export type PublishedValue = Omit<PaperCell, "key" | "metric"> & {
  readonly row: Readonly<Record<string, string>>;
};

/** Looks up what a paper prints: all numbers that fit the query. */
export type PublishedValues = (
  query: Place["cell"] & { readonly paper: string; readonly table: string },
) => readonly PublishedValue[];

/** Options for {@linkcode studyReportData}. */
export interface StudyReportDataOptions {
  /** Default: nothing is published. */
  readonly publishedValues?: PublishedValues;
  /** The list of runs to hold the results against. Default: the one that fits best. */
  readonly profile?: Profile;
}

/** No results at all, as those of a study that was never run. */
export const NO_RESULTS: StudyResults = {
  runs: [] as readonly RunRow[],
  curves: [],
  layers: [],
  manifests: new Map(),
};

/** Takes together what the report of a study is made of: its plan, its results, what is published. */
export function studyReportData(
  study: Study,
  results: StudyResults,
  { publishedValues = () => [], profile }: StudyReportDataOptions = {},
): ReportData {
  const overrides = overridesOf(results);
  const plans = (profile ? [profile] : PROFILES).map((name) => ({
    name,
    planned: planStudy(study, { profile: name, overrides: parseOverrides(overrides) }),
  }));
  // A study's results are of one profile, which is the one whose plan has most of them.
  const { name, planned } = plans.reduce((best, other) =>
    hits(other.planned, results) > hits(best.planned, results) ? other : best
  );
  const words = ["deno task sweep", study.name, ...(name === "quick" ? [] : ["--profile", name])];
  const { source } = study;
  return {
    study: {
      name: study.name,
      about: study.about,
      ...(source && { source: sourceText(source, publishedValues) }),
      command: [...words, ...overrides.flatMap((text) => ["--set", `'${text}'`])].join(" "),
    },
    planned: planned.map(({ id, spec, places }) => ({
      id,
      configuration: JSON.parse(JSON.stringify(spec)),
      stepBytes: stepBytes(spec),
      places: places.map((place) => reportPlace(place, study, publishedValues)),
    })),
    rows: results.runs,
    pending: planned.filter(({ id }) => !results.manifests.has(id)).map(({ id, spec }) => ({
      ...describeRun(spec, { id, study: study.name }),
      started: "",
    })),
    curves: results.curves,
    layers: results.layers,
    manifests: results.manifests,
  };
}

function stepBytes(spec: RunSpec): number | null {
  const step = stepOfRun(spec);
  return step ? Math.round(estimateMemory(step).totalBytes) : null;
}

// Overrides make other runs; only where all runs have the same is the plan known.
function overridesOf({ manifests }: StudyResults): readonly string[] {
  const lists = [...manifests.values()].map(({ overrides }) => overrides);
  const [first = []] = lists;
  return lists.every((list) => JSON.stringify(list) === JSON.stringify(first)) ? first : [];
}

function hits(planned: readonly PlannedRun[], { manifests }: StudyResults): number {
  return planned.filter(({ id }) => manifests.has(id)).length;
}

function sourceText(
  { paper, tables }: NonNullable<Study["source"]>,
  publishedValues: PublishedValues,
): string {
  const sources = tables.flatMap((table) => publishedValues({ paper, table })[0]?.source ?? []);
  return sources.join("; ");
}

function reportPlace(
  { label, cell, notes }: Place,
  { source }: Study,
  publishedValues: PublishedValues,
): ReportPlace {
  const cells = (source?.tables ?? []).flatMap((table) =>
    publishedValues({ ...cell, paper: source?.paper ?? "", table })
  );
  return {
    label,
    notes,
    comparable: notes["model"] === undefined && notes[SET] === undefined ? "values" : "order",
    cells: Object.keys(cell).length === 0 ? [] : cells.map(({ row, ...value }): PaperCell => ({
      ...value,
      key: keyOf(row, cell),
      metric: row.metric ?? "",
    })),
  };
}

// The row says what the place leaves open, such as the task.
function keyOf(
  row: Readonly<Record<string, string>>,
  cell: Place["cell"],
): PaperCell["key"] {
  const { metric: _, ...asked } = cell;
  const named = ["model", "task", "phase", "shots"].filter((name) => row[name]);
  return { ...Object.fromEntries(named.map((name) => [name, row[name] ?? ""])), ...asked };
}
