import { type Command, Option } from "commander";
import { STUDIES } from "../../experiments/mod.ts";
import { engine, type Profile, PROFILES } from "../../mod.ts";
import { newCommand, positiveInteger } from "./command.ts";
import { formatOption, type FormatOptions } from "./format_option.ts";

/** What a run can have come to that is not tried again by itself. */
const RETRIED = ["failed", "diverged", "oom"] as const;

type Retried = typeof RETRIED[number];

/** The options of `deno task sweep`, as they are parsed. */
export interface SweepCommandOptions extends FormatOptions {
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
  readonly backend: engine.BackendName | "auto";
  readonly saveModels: boolean;
  readonly threads?: number;
}

/** The command with its options and help, without what it does. */
export function sweepCommand(): Command {
  const names = STUDIES.map(({ name, about }) => `  ${name.padEnd(22)} ${about}`).join("\n");
  return newCommand("sweep", "Does the runs of a study; what is done is not done again.")
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
    .addOption(formatOption())
    .addOption(
      new Option("--backend <name>", "the backend to start").choices(["auto", ...engine.BACKENDS])
        .default("auto"),
    )
    .option("--threads <count>", "threads that all jobs share (default: all)", positiveInteger)
    .addHelpText("after", `\nStudies:\n${names}`);
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
