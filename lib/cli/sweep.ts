/**
 * `deno task sweep [study]`: does the runs of a study and shows what came of them.
 *
 * @module
 */
import { join } from "node:path";
import { Option } from "commander";
import {
  codeState,
  engine,
  memory,
  parseOverrides,
  pastRuns,
  planStudy,
  type Profile,
  PROFILES,
  readResults,
  type Study,
  sweep,
} from "../../mod.ts";
import { notebookOf, STUDIES, studyNamed } from "../../experiments/mod.ts";
import { newCommand, positiveInteger, runCommand, writeLine } from "./command.ts";
import { interruptible } from "./interruptible.ts";
import { ProgressBar } from "./progress_bar.ts";
import { requireUsed } from "./require_used.ts";
import { showSweep } from "./show_sweep.ts";
import { type MemoryOf, planTable } from "./plan_table.ts";
import { resultTable, runName } from "./sweep_table.ts";
import { reportData, writeReport } from "./write_report.ts";

/** What a run can have come to that is not tried again by itself. */
const RETRIED = ["failed", "diverged", "oom"] as const;

type Retried = typeof RETRIED[number];

interface SweepCommandOptions {
  readonly profile: Profile;
  readonly only?: string;
  readonly seeds?: readonly number[];
  readonly set: readonly string[];
  readonly output?: string;
  readonly fresh: boolean;
  readonly adopt: boolean;
  readonly retry: readonly Retried[];
  readonly jobs: number;
  readonly dryRun: boolean;
  readonly plan: boolean;
  readonly format: "table" | "json";
  readonly backend: engine.BackendName | "auto";
  readonly saveModels: boolean;
  readonly threads?: number;
}

/** Does the study; returns the exit code. */
async function run(name: string, options: SweepCommandOptions): Promise<number> {
  const study = studyNamed(name);
  const overrides = parseOverrides(options.set);
  if (options.seeds && overrides.seed !== undefined) {
    throw new RangeError("Give the seeds by --seeds or by --set seed, not by both");
  }
  const planned = planStudy(study, {
    profile: options.profile,
    overrides,
    ...(options.seeds && { seeds: options.seeds }),
  }).filter(({ spec }) => !options.only || runName(spec).includes(options.only));
  if (planned.length === 0) {
    throw new RangeError(
      `No run of study '${name}' has ${
        JSON.stringify(options.only)
      } in its name: --dry-run lists them`,
    );
  }
  requireUsed(overrides, planned);
  const folder = options.output ?? join("results", study.name);
  if (options.dryRun || options.plan) {
    if (options.format === "json") {
      throw new RangeError("Leave out --format json: a list of runs to come is a table");
    }
    const plan = options.plan ? await stepPlanner() : undefined;
    const past = await pastRuns(folder);
    const table = await planTable(planned, { ...options, past, plan });
    await writeLine(Deno.stdout, table);
    return 0;
  }
  using stop = interruptible(
    "stopping after this step or block; again to stop at once, nothing is lost",
  );
  const events = sweep({
    study: study.name,
    runs: planned,
    folder,
    overrides: options.set,
    fresh: options.fresh,
    saveModels: options.saveModels,
    adopt: options.adopt,
    retry: options.retry,
    jobs: options.jobs,
    engine: () => startEngine(options),
    code: await codeState(),
    command: ["deno", "task", "sweep", ...Deno.args],
    signal: stop.signal,
  });
  const rows = await showSweep(events, { jobs: options.jobs });
  if (rows === undefined) {
    const again = options.fresh
      ? "without --fresh the same command goes on with the run that was stopped and those without a result"
      : "the same command goes on from here";
    await writeLine(Deno.stderr, `Stopped: ${again}`);
    return stop.exitCode;
  }
  const text = options.format === "json" ? JSON.stringify(rows, null, 2) : resultTable(rows);
  await writeLine(Deno.stdout, text);
  // What programs read is the rows alone.
  if (options.format === "table") await reportOn(study, { folder, profile: options.profile });
  return rows.every(({ status }) => status === "done") ? 0 : 1;
}

async function stepPlanner(): Promise<MemoryOf> {
  // Found or fetched before the first step, or said to be missing.
  await engine.withPlanner(() => {});
  return async (setup) => (await memory.planStep(setup)).totalBytes;
}

async function reportOn(
  study: Study,
  { folder, profile }: { readonly folder: string; readonly profile: Profile },
): Promise<void> {
  const results = await readResults(folder);
  const [html = folder] = await writeReport(reportData(study, results, profile), folder);
  const lines = [
    `report    ${html}`,
    `notebook  ${notebookOf(study.name)}`,
    study.name === "quick"
      ? "next      deno task sweep w3-channel, all methods trained for 3,000 steps; or another study"
      : "next      deno task notebooks draws it; deno task sweep --help lists the studies",
  ];
  await writeLine(Deno.stdout, `\n${lines.join("\n")}`);
}

async function startEngine(
  { backend, threads }: SweepCommandOptions,
): Promise<engine.EngineStatus> {
  using bar = new ProgressBar();
  return await engine.start({
    backend,
    onProgress: (progress) => bar.update(progress),
    ...(threads === undefined ? {} : { threads }),
  });
}

function seedList(text: string): number[] {
  const seeds = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  if (seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)) return seeds;
  throw new RangeError(`Seeds must be integers from 0, as in 1,2,3: current value is '${text}'`);
}

function retriedList(text: string): readonly Retried[] {
  if (text === "all") return RETRIED;
  return text.split(",").map((part) => {
    const name = RETRIED.find((known) => known === part.trim());
    if (name !== undefined) return name;
    throw new RangeError(
      `What to retry must be ${
        RETRIED.join(", ")
      } or all, as in failed,oom: current value is '${text}'`,
    );
  });
}

if (import.meta.main) {
  let code = 0;
  const names = STUDIES.map(({ name, about }) => `  ${name.padEnd(22)} ${about}`).join("\n");
  const command = newCommand("sweep", "Does the runs of a study; what is done is not done again.")
    .argument("[study]", "the study", "quick")
    .addOption(
      new Option(
        "--profile <name>",
        "quick: the shipped model; small: hours on a CPU; paper: a GPU",
      )
        .choices(PROFILES).default("quick"),
    )
    .option("--only <text>", "only runs with this text in their names")
    .option("--seeds <list>", "these seeds instead of the study's, as in 1,2,3", seedList)
    .option(
      "--set <key=value>",
      "set a value in all runs, as in training.steps=100; may be given again",
      (written: string, before: readonly string[]) => [...before, written],
      [],
    )
    .option("--output <folder>", "the folder of the results (default: results/<study>)")
    .option("--save-models", "save the merged model of each run in the folder's models/", false)
    .option("--fresh", "do runs again that have a result", false)
    .option("--adopt", "count runs as done whose results came with the project", false)
    .option(
      "--retry <list>",
      "do runs again that came out so: failed, diverged, oom, or all",
      retriedList,
      [],
    )
    .option("--jobs <count>", "runs at a time, each in a process of its own", positiveInteger, 1)
    .option("--dry-run", "show the runs and do none", false)
    .option("--plan", "as --dry-run, the memory planned by the compiler", false)
    .addOption(
      new Option("--format <form>", "the form of the result").choices(["table", "json"])
        .default("table"),
    )
    .addOption(
      new Option("--backend <name>", "the backend to start").choices(["auto", ...engine.BACKENDS])
        .default("auto"),
    )
    .option("--threads <count>", "threads that all jobs share (default: all)", positiveInteger)
    .addHelpText("after", `\nStudies:\n${names}`)
    .action(async (name: string, options: SweepCommandOptions) => {
      code = await run(name, options);
    });
  const failed = await runCommand(command, Deno.args);
  Deno.exit(failed || code);
}
