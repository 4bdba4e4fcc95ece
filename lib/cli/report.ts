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
  const parts = [];
  for (const study of studies) {
    const folder = join(options.results, study.name);
    const data = reportData(study, await resultsOf(study, folder), options.profile);
    parts.push({ study, table: report.tableMarkdown(report.briefTable(data)) });
    if (options.check) continue;
    for (const path of await writeReport(data, folder)) await writeLine(Deno.stdout, path);
  }
  if (options.readme === undefined) return 0;
  return await fillIn(options.readme, parts, { ...options, isAll: names.length === 0 });
}

async function fillIn(
  path: string,
  parts: readonly { readonly study: Study; readonly table: string }[],
  { check, isAll }: ReportCommandOptions & { readonly isAll: boolean },
): Promise<number> {
  const before = await Deno.readTextFile(path);
  // A file shows the studies that it chooses to; one that was named must have its place there.
  const shown = parts.filter(({ study }) =>
    !isAll || before.includes(`<!-- begin ${markedName(study)} -->`)
  );
  if (shown.length === 0) {
    throw new RangeError(
      `Cannot fill in ${path}: it has a place for no study: write the lines ` +
        `<!-- begin results STUDY --> and <!-- end results STUDY --> where a table is to stand`,
    );
  }
  const after = shown.reduce(
    (text, { study, table }) =>
      report.replaceMarked(text, { name: markedName(study), body: table }),
    before,
  );
  if (after === before) return 0;
  if (!check) {
    await writeText(path, after);
    return 0;
  }
  const names = shown.map(({ study }) => study.name).join(" ");
  await writeLine(
    Deno.stderr,
    `error: The tables in ${path} are stale: run deno task report ${names} --readme ${path}`,
  );
  return 1;
}

function markedName({ name }: Study): string {
  return `results ${name}`;
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
