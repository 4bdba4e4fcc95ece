import type { CurveRow, LayerRow, Manifest, RunRow } from "../results/mod.ts";

/** All that a report is made of. */
export interface ReportData {
  readonly study: ReportStudy;
  /** The runs that the study consists of; those without a row are missing. */
  readonly planned: readonly ReportRun[];
  readonly rows: readonly RunRow[];
  /** A row without numbers for each run that is missing, for figures that take such; its status says nothing. */
  readonly pending: readonly RunRow[];
  readonly curves: readonly CurveRow[];
  readonly layers: readonly LayerRow[];
  /** The manifest of each row, by the run's id. */
  readonly manifests: ReadonlyMap<string, Manifest>;
}

/** The study that is reported. */
export interface ReportStudy {
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  /** What to cite where it does published tables again, such as `arXiv 2406.06385v3, Table 4`. */
  readonly source?: string;
  /** The command that does its missing runs. */
  readonly command: string;
}

/** A run that belongs to the study. */
export interface ReportRun {
  readonly id: string;
  /** The resolved configuration, as manifests have it. */
  readonly configuration: Manifest["configuration"];
  readonly places: readonly ReportPlace[];
  /** What its training step takes by our formulas, bytes; `null` without training or a known shape. */
  readonly stepBytes: number | null;
}

/** Where a run stands in the published tables. */
export interface ReportPlace {
  /** The row and column, such as `W4 per channel`. */
  readonly label: string;
  /** What differs from the published set-up, by subject. */
  readonly notes: Readonly<Record<string, string>>;
  /** Whether values can be held against the published ones, or their order alone. */
  readonly comparable: "values" | "order";
  readonly cells: readonly PaperCell[];
}

/** A published number. */
export interface PaperCell {
  /** What says which cell it is, by subject: `model`, `method`, `bits` … */
  readonly key: Readonly<Record<string, string | number | boolean>>;
  /** What the number is, such as `perplexity`. */
  readonly metric: string;
  /** The number; `null` where there is none, which `status` explains. */
  readonly value: number | null;
  /** The number as it is printed. */
  readonly printed: string;
  readonly deviation: number | null;
  readonly unit: string;
  /** `reported`, or why there is no number, such as `oom`. */
  readonly status: string;
  /** `primary`: the paper itself; else quoted by others, or read off a chart. */
  readonly trust: string;
  readonly note: string;
  /** What to cite. */
  readonly source: string;
}
