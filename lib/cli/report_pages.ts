import { join } from "node:path";
import { MEMORY_STUDIES, memoryStudyNamed, STUDIES, studyNamed } from "../../experiments/mod.ts";
import { type Profile, readMemory, readResults, report } from "../../mod.ts";
import { memoryPage } from "./memory_page.ts";
import type { StudyTable } from "./readme_tables.ts";
import { reportData } from "./write_report.ts";

/** The report of a study's results, and the folder where it goes. */
export interface ReportPage {
  readonly folder: string;
  readonly page: report.ReportDocument;
  /** The short table for readmes, of studies that have one. */
  readonly table?: StudyTable;
}

/** Options for {@linkcode reportPages}. */
export interface ReportPagesOptions {
  /** The folder of all results. */
  readonly results: string;
  /** The list of runs to hold results against; by default the one that fits. */
  readonly profile?: Profile;
}

/** Where studies of memory lie among all results, which is how a command tells them from the others. */
const MEMORY = "memory/";

/** All studies that have reports: their names, and what they show. */
export const REPORTED = [
  ...STUDIES,
  ...MEMORY_STUDIES.map(({ name, about }) => ({ name: MEMORY + name, about })),
].map(({ name, about }) => ({ name, about, isMemory: isMemory(name) }));

/** Whether a name is that of a study of memory. */
export function isMemory(name: string): boolean {
  return name.startsWith(MEMORY);
}

/**
 * Reads the results of studies and makes their reports.
 *
 * @param names The studies; none for all that have results.
 * @throws {RangeError} If there is no such study.
 * @throws {Deno.errors.NotFound} If a study that was named has no results, or none has.
 */
export async function reportPages(
  names: readonly string[],
  options: ReportPagesOptions,
): Promise<ReportPage[]> {
  const pages = [];
  for (const name of names.length > 0 ? names : await namesDone(options.results)) {
    pages.push(isMemory(name) ? await memoryReport(name, options) : await runReport(name, options));
  }
  return pages;
}

async function runReport(
  name: string,
  { results, profile }: ReportPagesOptions,
): Promise<ReportPage> {
  const study = studyNamed(name);
  const folder = join(results, name);
  const rows = await thereOr(readResults(folder), { name, folder, command: `sweep ${name}` });
  const data = reportData(study, rows, profile);
  const table = report.tableMarkdown(report.briefTable(data));
  return { folder, page: report.reportDocument(data), table: { study, table } };
}

async function memoryReport(
  name: string,
  { results }: ReportPagesOptions,
): Promise<ReportPage> {
  const study = memoryStudyNamed(name.slice(MEMORY.length));
  const folder = join(results, name);
  const command = `memory --study ${study.name} --output results`;
  return {
    folder,
    page: memoryPage(study, await thereOr(readMemory(folder), { name, folder, command })),
  };
}

/** The names of the studies that have results. */
async function namesDone(results: string): Promise<readonly string[]> {
  const found = [];
  for (const { name, isMemory } of REPORTED) {
    if (await isFile(join(results, name, isMemory ? "memory.arrow" : "runs.arrow"))) {
      found.push(name);
    }
  }
  if (found.length > 0) return found;
  throw new Deno.errors.NotFound(
    `Cannot report: ${
      JSON.stringify(results)
    } holds no results of a study: deno task sweep makes some`,
  );
}

interface Missing {
  readonly name: string;
  readonly folder: string;
  /** The task that makes it. */
  readonly command: string;
}

async function thereOr<T>(results: Promise<T>, { name, folder, command }: Missing): Promise<T> {
  try {
    return await results;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(
      `Cannot report study '${name}': there are no results in ${JSON.stringify(folder)}: ` +
        `deno task ${command} makes them`,
      { cause: error },
    );
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
