/**
 * `deno task report [study…]`: writes what a study came to, beside its results.
 *
 * @module
 */
import { Option } from "commander";
import { type Profile, PROFILES } from "../../mod.ts";
import { newCommand, runCommand, writeLine } from "./command.ts";
import { type FilledFile, fillIn } from "./readme_tables.ts";
import { isMemory, REPORTED, reportPages } from "./report_pages.ts";
import { writeDocument, writeText } from "./write_report.ts";

interface ReportCommandOptions {
  readonly results: string;
  readonly profile?: Profile;
  readonly readme?: string;
  readonly check: boolean;
}

/** Reports the studies; returns the exit code. */
async function run(names: readonly string[], options: ReportCommandOptions): Promise<number> {
  requireFitting(names, options);
  const pages = await reportPages(names, options);
  // Before anything is written, so that a mistake in its path costs no time.
  const filled = options.readme === undefined
    ? undefined
    : await fillIn(options.readme, pages.flatMap(({ table }) => table ?? []), {
      isAll: names.length === 0,
    });
  if (options.check) return filled ? await checked(filled) : 0;
  for (const { page, folder } of pages) {
    for (const path of await writeDocument(page, folder)) await writeLine(Deno.stdout, path);
  }
  if (filled && filled.after !== filled.before) await writeText(filled.path, filled.after);
  return 0;
}

function requireFitting(names: readonly string[], options: ReportCommandOptions): void {
  if (options.check && options.readme === undefined) {
    throw new RangeError(
      "Cannot check tables: --check needs --readme and the file that holds them",
    );
  }
  if (names.length === 0 || !names.every(isMemory)) return;
  const idle = (["profile", "readme"] as const).filter((name) => options[name] !== undefined);
  if (idle.length === 0) return;
  throw new RangeError(
    `Leave out ${idle.map((name) => `--${name}`).join(", ")}: studies of memory have none`,
  );
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

if (import.meta.main) {
  let code = 0;
  const names = REPORTED.map(({ name, about }) => `  ${name.padEnd(24)} ${about}`).join("\n");
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
