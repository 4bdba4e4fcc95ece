/**
 * `deno task bench engine`, `bench layers`, `bench train` and `bench methods`: measure beside peers in the
 * same run; print a table and write JSON. `bench merge` counts layers whose merge differs from their training;
 * `bench memory` compares estimates, plans and the memory of steps that run, `bench plan` asks what plans
 * of large steps take and whether they are XLA's own account.
 *
 * @module
 */
import type { Command } from "commander";
import { newCommand, positiveInteger, runCommand, writeLine } from "../../lib/cli/command.ts";
import { benchEngine, type BenchReport, type BenchRow } from "./engine.ts";
import { benchMerge } from "./exact_merge.ts";
import { benchLayers } from "./layers.ts";
import { benchMemory } from "./memory_plan.ts";
import { benchMethods } from "./methods.ts";
import { benchPlan } from "./plan.ts";
import { benchTrain } from "./train.ts";

function table(rows: readonly BenchRow[]): string {
  const cells = [
    ["measure", "ours", "peer", "ratio", "asked"],
    ...rows.map((
      { measure, ours, peer, ratio, asked },
    ) => [measure, number(ours), number(peer), number(ratio), asked]),
  ];
  const widths = [0, 1, 2, 3, 4].map((k) => Math.max(...cells.map((row) => row[k]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, k) => k === 0 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0))
      .join("  ");
  return cells.map(line).join("\n");
}

function number(value: number): string {
  return Number.isNaN(value) ? "-" : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function missing({ measurements }: BenchReport): string[] {
  return Object.entries(measurements).flatMap(([name, [measurement]]) =>
    measurement && "missing" in measurement ? [`not measured: ${name}: ${measurement.missing}`] : []
  );
}

interface ReportOptions {
  readonly rounds: number;
  readonly only: string;
  readonly json?: string;
}

type LayerSizes = Record<"width" | "tokens" | "stackTokens", number>;

function addReportOptions(command: Command): Command {
  return command
    .option(
      "--rounds <count>",
      "how often everything is measured; medians are shown",
      positiveInteger,
      3,
    )
    .option("--only <text>", "measure only what has this text in its name", "")
    .option("--json <file>", "also write all measurements to this file");
}

function onTask(name: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`measuring ${name}\n`));
}

async function print(report: BenchReport, { json }: Pick<ReportOptions, "json">): Promise<void> {
  if (json) await Deno.writeTextFile(json, JSON.stringify(report, null, 2));
  await writeLine(Deno.stdout, [table(report.rows), ...missing(report)].join("\n"));
}

const command = newCommand("bench", "Measures the engine and the trainer beside their peers.");
addReportOptions(command.command("engine"))
  .description(
    "matmul, dispatch and the reference transformer's step, beside PyTorch and WebAssembly",
  )
  .action(async (options: ReportOptions) => {
    await print(await benchEngine({ ...options, onTask }), options);
  });
addReportOptions(command.command("train"))
  .description("training of the reference transformer beside PyTorch, and a long run's memory")
  .option("--steps <count>", "the steps of the runs whose memory is watched", positiveInteger, 2000)
  .action(async (options: ReportOptions & { readonly steps: number }) => {
    await print(await benchTrain({ ...options, onTask }), options);
  });
addReportOptions(command.command("layers"))
  .description("one layer of each method beside PyTorch, and the memory of a stack of them")
  .option("--width <count>", "inputs and outputs of a layer", positiveInteger, 1024)
  .option("--tokens <count>", "tokens of the layer that is timed", positiveInteger, 4096)
  .option("--stack-tokens <count>", "tokens of the stack of layers", positiveInteger, 1024)
  .action(async (options: ReportOptions & LayerSizes) => {
    await print(await benchLayers({ ...options, onTask }), options);
  });
addReportOptions(command.command("methods"))
  .description("steps of the methods on SmolLM2-135M's shape, beside PyTorch")
  .action(async (options: ReportOptions) => {
    await print(await benchMethods({ ...options, onTask }), options);
  });
command.command("memory")
  .description("estimates against plans of training steps, and plans against the same steps run")
  .option("--only <text>", "only steps with this text in their names", "")
  .option("--json <file>", "also write all measurements to this file")
  .action(async (options: Pick<ReportOptions, "only" | "json">) => {
    await print(await benchMemory({ ...options, onTask }), options);
  });
command.command("plan")
  .description("plans of steps of billions of weights, and a plan against XLA's own report")
  .option("--only <text>", "only models with this text in their names", "")
  .option("--json <file>", "also write all measurements to this file")
  .action(async (options: Pick<ReportOptions, "only" | "json">) => {
    await print(await benchPlan({ ...options, onTask }), options);
  });
command.command("merge")
  .description("1,000 layers a method, merged and compared bit by bit with their training forward")
  .option("--only <text>", "only methods with this text in their names", "")
  .action(async ({ only }: { readonly only: string }) => {
    const print = (line: string) => writeLine(Deno.stdout, line);
    const misses = await benchMerge({ only, print });
    if (misses > 0) throw new Error(`${misses} layers have other bits merged than in training`);
  });

Deno.exit(await runCommand(command, Deno.args));
