import { canonicalJson } from "../io/config_hash.ts";
import type { Manifest, RunRow } from "../results/mod.ts";
import { isSearch } from "./is_search.ts";
import type { ReportData } from "./report_data.ts";

type Configuration = Manifest["configuration"];

/**
 * The data with those runs alone whose settings the study's plan has, whatever their seed: what is drawn,
 * and what a first page shows. Tries beside the plan would double every line. All runs stay where none is
 * of the plan, and in a search, where those beside it bracket the best.
 *
 * @throws {RangeError} If a row has no manifest.
 */
export function ofPlan(data: ReportData): ReportData {
  const planned = new Set(data.planned.map(({ configuration }) => seedless(configuration)));
  const own = data.rows.filter((row) => planned.has(seedless(configurationOf(row, data))));
  return own.length > 0 && !isSearch(data.rows) ? { ...data, rows: own } : data;
}

/**
 * The configuration of a row.
 *
 * @throws {RangeError} If it has no manifest.
 */
export function configurationOf({ run_id }: RunRow, { manifests }: ReportData): Configuration {
  const manifest = manifests.get(run_id);
  if (manifest) return manifest.configuration;
  throw new RangeError(`Cannot report run '${run_id}': it has no manifest`);
}

/** What runs have in common that differ in nothing but their seed. */
export function seedless(configuration: Configuration): string {
  const { seed: _, ...rest } = configuration as Readonly<Record<string, Configuration>>;
  return canonicalJson(rest);
}
