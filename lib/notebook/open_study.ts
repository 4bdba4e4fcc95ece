import { join } from "node:path";
import { readVariable } from "../io/environment.ts";
import { NO_RESULTS, studyReportData, type StudyReportDataOptions } from "../report/mod.ts";
import { readResults, type StudyResults } from "../results/mod.ts";
import type { Study } from "../study/study.ts";
import { StudyView } from "./study_view.ts";

/** Options for {@linkcode openStudy}. */
export interface OpenStudyOptions extends StudyReportDataOptions {
  /**
   * The folder of all results. Default: `QATLAB_RESULTS`, else `../results`, which is the project's for a
   * notebook in `notebooks/`.
   */
  readonly results?: string;
}

/**
 * Opens what a sweep has left of a study, for a notebook to show. A study without results is open too: all
 * that it shows says which command makes them.
 *
 * @throws {SchemaVersionError} If the results are of another version.
 * @throws {FileFormatError} If a file of them is damaged.
 */
export async function openStudy(study: Study, options: OpenStudyOptions = {}): Promise<StudyView> {
  const folder = options.results ?? readVariable("QATLAB_RESULTS") ?? join("..", "results");
  const results = await resultsIn(join(folder, study.name));
  return new StudyView(studyReportData(study, results ?? NO_RESULTS, options));
}

async function resultsIn(folder: string): Promise<StudyResults | undefined> {
  try {
    return await readResults(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
