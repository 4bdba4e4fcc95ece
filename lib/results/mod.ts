/**
 * Results: Arrow tables of runs, steps and layers, the store that a sweep writes into, and queries.
 *
 * @module
 */
export { type BestRates, bestRates, RATE_COLUMNS, type RateColumn } from "./best_rates.ts";
export { type CodeState, codeState } from "./code_state.ts";
export { readResults, type StudyResults } from "./combined_files.ts";
export { inputFile, type InputFileOptions } from "./input_file.ts";
export { type DamagedRun, MODELS_FOLDER } from "./load_runs.ts";
export type { LockResultsOptions } from "./lock_results.ts";
export {
  type InputFile,
  makeManifest,
  type Manifest,
  type ManifestOptions,
  type ReasonedText,
} from "./manifest.ts";
export { type PastRuns, pastRuns } from "./past_runs.ts";
export { type Pivot, pivot, type PivotOptions } from "./pivot.ts";
export {
  MEMORY_FILE,
  type MemoryOrigin,
  type MemoryRows,
  openMemoryRows,
  readMemory,
} from "./memory_file.ts";
export {
  MEMORY_BASES,
  type MemoryBasis,
  type MemoryProfileRow,
  type StepRows,
} from "./memory_row.ts";
export {
  CURVES,
  LAYERS,
  MEMORY,
  type RowFormat,
  type RowRule,
  RUNS,
  SCHEMAS,
} from "./row_format.ts";
export { recomputeName } from "./older_rows.ts";
export { rowTable } from "./row_table.ts";
export {
  type CurveRow,
  type LayerRow,
  RUN_STATUSES,
  type RunRow,
  type RunStatus,
} from "./run_row.ts";
export type { RunResult } from "./run_result.ts";
export { decodeRows, encodeRows, type RowsWithMetadata } from "./rows_ipc.ts";
export { SchemaVersionError } from "./schema_version_error.ts";
export { type CombineOptions, openStore, type ResultsStore } from "./store.ts";
export {
  type Moments,
  type NumberColumn,
  summarize,
  type SummarizeOptions,
  type Summary,
} from "./summarize.ts";
export { variantOf } from "./variant.ts";
