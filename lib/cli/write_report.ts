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
  const [html, markdown] = [join(folder, "report.html"), join(folder, "report.md")];
  const before = await figuresOf(markdown);
  const pathOf = (id: string) => join(folder, "figures", `${id}.svg`);
  await Deno.mkdir(join(folder, "figures"), { recursive: true });
  for (const [id, svg] of pictures) await writeText(pathOf(id), svg);
  await writeText(
    markdown,
    report.reportMarkdown(page, { pathOf: (id) => `figures/${id}.svg` }),
  );
  await writeText(html, await report.reportHtml(page, { pictures }));
  for (const id of before.difference(new Set(pictures.keys()))) await removeIfThere(pathOf(id));
  return [html, markdown];
}

/** The figures of a report that was written before: what it no longer shows must not lie beside it. */
async function figuresOf(markdown: string): Promise<Set<string>> {
  try {
    const text = await Deno.readTextFile(markdown);
    return new Set([...text.matchAll(/\]\(figures\/([\w-]+)\.svg\)/g)].map(([, id = ""]) => id));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Set();
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes a text, whole or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, new TextEncoder().encode(text));
}
