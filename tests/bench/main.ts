/**
 * `deno task bench engine`: measures beside peers in the same run; prints a table and writes JSON.
 *
 * @module
 */
import { newCommand, positiveInteger, runCommand, writeLine } from "../../lib/cli/command.ts";
import { benchEngine, type BenchReport, type BenchRow } from "./engine.ts";

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

const command = newCommand("bench", "Measures the engine beside its peers.");
command.command("engine")
  .description(
    "matmul, dispatch and the reference transformer's step, beside PyTorch and WebAssembly",
  )
  .option(
    "--rounds <count>",
    "how often everything is measured; medians are shown",
    positiveInteger,
    3,
  )
  .option("--only <text>", "measure only what has this text in its name", "")
  .option("--json <file>", "also write all measurements to this file")
  .action(async ({ rounds, only, json }: { rounds: number; only: string; json?: string }) => {
    const report = await benchEngine({
      rounds,
      only,
      onTask: (name) => Deno.stderr.writeSync(new TextEncoder().encode(`measuring ${name}\n`)),
    });
    if (json) await Deno.writeTextFile(json, JSON.stringify(report, null, 2));
    await writeLine(Deno.stdout, [table(report.rows), ...missing(report)].join("\n"));
  });

Deno.exit(await runCommand(command, Deno.args));
