import { NO_RESULTS, studyReportData, type StudyReportDataOptions } from "../report/mod.ts";
import { readResults } from "../results/mod.ts";
import type { Study } from "../study/study.ts";
import { resultsFolder, type ResultsFolderOptions, whatIsThere } from "./results_folder.ts";
import { StudyView } from "./study_view.ts";

/** Options for {@linkcode openStudy}. */
export interface OpenStudyOptions extends StudyReportDataOptions, ResultsFolderOptions {}

/**
 * Opens what a sweep has left of a study, for a notebook to show. A study without results is open too: all
 * that it shows says which command makes them.
 *
 * @throws {SchemaVersionError} If the results are of another version.
 * @throws {FileFormatError} If a file of them is damaged.
 */
export async function openStudy(study: Study, options: OpenStudyOptions = {}): Promise<StudyView> {
  const folder = resultsFolder(study.name, options);
  const results = await whatIsThere(() => readResults(folder));
  return new StudyView(studyReportData(study, results ?? NO_RESULTS, options));
}
