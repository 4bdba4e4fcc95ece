/**
 * `deno task sweep [study]`: does the runs of a study and shows what came of them.
 *
 * @module
 */
import { join } from "node:path";
import {
  codeState,
  engine,
  memory,
  parseOverrides,
  pastRuns,
  planStudy,
  type Profile,
  readResults,
  type Study,
  sweep,
} from "../../mod.ts";
import { notebookOf, studyNamed } from "../../experiments/mod.ts";
import { runCommand, writeLine } from "./command.ts";
import { interruptible } from "./interruptible.ts";
import { ProgressBar } from "./progress_bar.ts";
import { requireUsed } from "./require_used.ts";
import { showSweep } from "./show_sweep.ts";
import { type MemoryOf, planTable } from "./plan_table.ts";
import { sweepCommand, type SweepCommandOptions } from "./sweep_command.ts";
import { resultTable, runName } from "./sweep_table.ts";
import { reportData, writeReport } from "./write_report.ts";

/** Does the study; returns the exit code. */
async function run(name: string, options: SweepCommandOptions): Promise<number> {
  const study = studyNamed(name);
  const overrides = parseOverrides(options.set);
  if (options.seeds && overrides.seed !== undefined) {
    throw new RangeError("Give the seeds by --seeds or by --set seed, not by both");
  }
  const { profile, seeds, only } = options;
  const planOf = (set: typeof overrides) =>
    planStudy(study, { profile, overrides: set, ...(seeds && { seeds }) })
      .filter(({ spec }) => !only || runName(spec).includes(only));
  const planned = planOf(overrides);
  if (planned.length === 0) {
    throw new RangeError(
      `No run of study '${name}' has ${JSON.stringify(only)} in its name: --dry-run lists them`,
    );
  }
  requireUsed(overrides, [...planned, ...planOf({})]);
  const folder = options.output ?? join("results", study.name);
  if (options.dryRun || options.plan) {
    if (options.saveModels) {
      throw new RangeError("Leave out --save-models: a list of runs to come saves none");
    }
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

if (import.meta.main) {
  let code = 0;
  const command = sweepCommand().action(async (name: string, options: SweepCommandOptions) => {
    code = await run(name, options);
  });
  const failed = await runCommand(command, Deno.args);
  Deno.exit(failed || code);
}
