import { join } from "node:path";
import { paperValues } from "../../experiments/mod.ts";
import { type Profile, report, type Study, type StudyResults, writeFileAtomic } from "../../mod.ts";

/** What the report of a study holds, with the numbers that the papers print for it. */
export function reportData(
  study: Study,
  results: StudyResults,
  profile?: Profile,
): report.ReportData {
  return report.studyReportData(study, results, {
    publishedValues: paperValues,
    ...(profile && { profile }),
  });
}

/** Writes `report.html`, `report.md` and its figures into a study's folder; returns the two paths. */
export async function writeReport(data: report.ReportData, folder: string): Promise<string[]> {
  return await writeDocument(report.reportDocument(data), folder);
}

/** Writes a report as `report.html`, `report.md` and its figures; returns the two paths. */
export async function writeDocument(
  page: report.ReportDocument,
  folder: string,
): Promise<string[]> {
  const pictures = await report.reportPictures(page);
  await Deno.mkdir(join(folder, "figures"), { recursive: true });
  for (const [id, svg] of pictures) await writeText(join(folder, "figures", `${id}.svg`), svg);
  const [html, markdown] = [join(folder, "report.html"), join(folder, "report.md")];
  await writeText(
    markdown,
    report.reportMarkdown(page, { pathOf: (id) => `figures/${id}.svg` }),
  );
  await writeText(html, await report.reportHtml(page, { pictures }));
  return [html, markdown];
}

/** Writes a text, whole or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, new TextEncoder().encode(text));
}
