import { methodOrder, methodStyle } from "../figures/palette.ts";
import type { RunRow } from "../results/mod.ts";
import { configurationLeaves, leafText } from "./configuration_leaves.ts";
import { configurationOf, seedless } from "./of_plan.ts";
import type { ReportData, ReportPlace, ReportRun } from "./report_data.ts";

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  readonly method: string;
  /** The method's name, and the settings that tell the groups of a method apart. */
  readonly label: string;
  /** Bits a code; 16 where nothing is quantized. */
  readonly bits: number;
  /** `null` where nothing is quantized. */
  readonly granularity: string | null;
  readonly rank: number;
  /** The values of the configuration by their paths, such as `training.steps`; without the seed. */
  readonly leaves: ReadonlyMap<string, string>;
  readonly rows: readonly RunRow[];
  /** How many runs of the plan have no row. */
  readonly missing: number;
  readonly places: readonly ReportPlace[];
  /** What a step takes by our formulas, bytes; `null` where that is not known. */
  readonly stepBytes: number | null;
}

/**
 * The groups of a study: those of its plan, also where no run was done, and those of rows beside it.
 * Wide codes come first, then the methods in the order of all figures.
 *
 * @throws {RangeError} If a row has no manifest.
 */
export function runGroups(data: ReportData): RunGroup[] {
  const planned = Map.groupBy(data.planned, ({ configuration }) => seedless(configuration));
  const rows = Map.groupBy(data.rows, (row) => seedless(configurationOf(row, data)));
  const known = new Set(data.rows.map(({ run_id }) => run_id));
  const keys = [...new Set([...planned.keys(), ...rows.keys()])];
  const groups = keys.map((key): RunGroup => {
    const runs = planned.get(key) ?? [];
    const leaves = configurationLeaves(JSON.parse(key));
    return {
      ...settingsOf(leaves),
      label: "",
      leaves,
      rows: rows.get(key) ?? [],
      missing: runs.filter(({ id }) => !known.has(id)).length,
      places: placesOf(runs),
      stepBytes: runs[0]?.stepBytes ?? null,
    };
  });
  return labelled(groups).sort(inOrder);
}

function settingsOf(leaves: ReadonlyMap<string, string>) {
  return {
    method: leaves.get("method") ?? "",
    bits: Number(leaves.get("settings.bits") ?? 16),
    granularity: leaves.get("settings.granularity") ?? null,
    rank: Number(leaves.get("settings.rank") ?? 0),
  };
}

// Seeds share their places.
function placesOf(runs: readonly ReportRun[]): ReportPlace[] {
  const places = runs.flatMap((run) => run.places);
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

const RANK = "settings.rank";
const ALPHA = "settings.alpha";

function labelled(groups: readonly RunGroup[]): RunGroup[] {
  const alike = Map.groupBy(
    groups,
    ({ method, bits, granularity }) => JSON.stringify([method, bits, granularity]),
  );
  return [...alike.values()].flatMap((same) => {
    const telling = tellingPaths(same);
    return same.map((group) => ({
      ...group,
      label: [
        methodStyle(group.method).label,
        ...telling.map((path) => leafText(path, group.leaves.get(path))),
      ].filter((text) => text !== "").join(", "),
    }));
  });
}

// A path is telling only if its values still differ where those of all paths before it are equal. The rank
// is told in any case, by a column of its own, and with it an alpha that follows it.
function tellingPaths(groups: readonly RunGroup[]): string[] {
  const telling: string[] = [];
  for (const path of new Set(groups.flatMap(({ leaves }) => [...leaves.keys()]))) {
    if (path === RANK) continue;
    const known = path === ALPHA ? [RANK, ...telling] : telling;
    const alike = Map.groupBy(
      groups,
      ({ leaves }) => JSON.stringify(known.map((told) => leaves.get(told) ?? null)),
    );
    const differs = [...alike.values()].some((same) =>
      new Set(same.map(({ leaves }) => leaves.get(path))).size > 1
    );
    if (differs) telling.push(path);
  }
  return telling;
}

function inOrder(a: RunGroup, b: RunGroup): number {
  return b.bits - a.bits || (a.granularity ?? "").localeCompare(b.granularity ?? "", "en") ||
    methodOrder(a.method, b.method) || a.rank - b.rank ||
    compareNumbers(a.label, b.label);
}

const NUMBER = /(\d+(?:\.\d+)?(?:e[+-]?\d+)?)/;

// As texts, but numbers in them by their values: 0.00001 comes before 0.0001.
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.split(NUMBER), b.split(NUMBER)];
  for (const [k, part] of left.entries()) {
    const other = right[k] ?? "";
    // Every second part is a number.
    const order = k % 2 === 1 ? Number(part) - Number(other) : part.localeCompare(other, "en");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
