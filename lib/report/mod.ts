/**
 * Reports: a document made of a study's results, and its forms for readers.
 *
 * @module
 */
export type {
  Block,
  FigureBlock,
  ReportDocument,
  Section,
  TableBlock,
  TableColumn,
} from "./document.ts";
export { briefTable } from "./brief_table.ts";
export { kendallTau, type OrderAgreement } from "./kendall_tau.ts";
export { memoryDocument, type MemoryReportData } from "./memory_document.ts";
export { memoryClassTable, memoryTable } from "./memory_table.ts";
export { replaceMarked, type ReplaceMarkedOptions } from "./marked_text.ts";
export type { PaperCell, ReportData, ReportPlace, ReportRun, ReportStudy } from "./report_data.ts";
export { differenceSection, paperSection } from "./paper_section.ts";
export { ofPlan } from "./of_plan.ts";
export { lostSection } from "./lost_section.ts";
export { reportDocument } from "./report_document.ts";
export { resultTable } from "./result_table.ts";
export { type RunGroup, runGroups } from "./run_groups.ts";
export { reportHtml, type ReportHtmlOptions } from "./render/report_html.ts";
export {
  blockMarkdown,
  reportMarkdown,
  type ReportMarkdownOptions,
  tableMarkdown,
} from "./render/report_markdown.ts";
export { figuresOf, reportPictures } from "./render/report_pictures.ts";
export {
  NO_RESULTS,
  type PublishedValue,
  type PublishedValues,
  studyReportData,
  type StudyReportDataOptions,
} from "./study_report_data.ts";
