/**
 * `deno task report [study…]`: writes what a study came to, beside its results.
 *
 * @module
 */
import { join } from "node:path";
import { Option } from "commander";
import { STUDIES, studyNamed } from "../../experiments/mod.ts";
import {
  type Profile,
  PROFILES,
  readResults,
  report,
  type Study,
  type StudyResults,
} from "../../mod.ts";
import { newCommand, runCommand, writeLine } from "./command.ts";
import { type FilledFile, fillIn } from "./readme_tables.ts";
import { reportData, writeReport, writeText } from "./write_report.ts";

interface ReportCommandOptions {
  readonly results: string;
  readonly profile?: Profile;
  readonly readme?: string;
  readonly check: boolean;
}

/** Reports the studies; returns the exit code. */
async function run(names: readonly string[], options: ReportCommandOptions): Promise<number> {
  if (options.check && options.readme === undefined) {
    throw new RangeError(
      "Cannot check tables: --check needs --readme and the file that holds them",
    );
  }
  const studies = names.length > 0 ? names.map(studyNamed) : await studiesDone(options.results);
  const reports = [];
  for (const study of studies) {
    const folder = join(options.results, study.name);
    const data = reportData(study, await resultsOf(study, folder), options.profile);
    reports.push({ study, folder, data, table: report.tableMarkdown(report.briefTable(data)) });
  }
  // Before anything is written, so that a mistake in its path costs no time.
  const filled = options.readme === undefined
    ? undefined
    : await fillIn(options.readme, reports, { isAll: names.length === 0 });
  if (options.check) return filled ? await checked(filled) : 0;
  for (const { data, folder } of reports) {
    for (const path of await writeReport(data, folder)) await writeLine(Deno.stdout, path);
  }
  if (filled && filled.after !== filled.before) await writeText(filled.path, filled.after);
  return 0;
}

/** Says whether a file's tables are those of the results; returns the exit code. */
async function checked({ path, before, after, names }: FilledFile): Promise<number> {
  if (after === before) return 0;
  await writeLine(
    Deno.stderr,
    `error: The tables in ${path} are stale: run deno task report ${
      names.join(" ")
    } --readme ${path}`,
  );
  return 1;
}

/** The studies that have results. */
async function studiesDone(results: string): Promise<readonly Study[]> {
  const found: Study[] = [];
  for (const study of STUDIES) {
    if (await isFile(join(results, study.name, "runs.arrow"))) found.push(study);
  }
  if (found.length > 0) return found;
  throw new Deno.errors.NotFound(
    `Cannot report: ${
      JSON.stringify(results)
    } holds no results of a study: deno task sweep makes some`,
  );
}

async function resultsOf({ name }: Study, folder: string): Promise<StudyResults> {
  try {
    return await readResults(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(
      `Cannot report study '${name}': there are no results in ${JSON.stringify(folder)}: ` +
        `deno task sweep ${name} makes them`,
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

if (import.meta.main) {
  let code = 0;
  const names = STUDIES.map(({ name, about }) => `  ${name.padEnd(22)} ${about}`).join("\n");
  const command = newCommand("report", "Writes a study's report.html and report.md.")
    .argument("[study...]", "the studies (default: all that have results)")
    .option("--results <folder>", "the folder of all results", "results")
    .addOption(
      new Option("--profile <name>", "the list of runs to hold the results against (default: fits)")
        .choices(PROFILES),
    )
    .option("--readme <file>", "put short result tables between their markers in this file too")
    .option("--check", "write nothing; fail if a table in the readme is stale", false)
    .addHelpText("after", `\nStudies:\n${names}`)
    .action(async (studies: readonly string[], options: ReportCommandOptions) => {
      code = await run(studies, options);
    });
  const failed = await runCommand(command, Deno.args);
  Deno.exit(failed || code);
}
