import { Option } from "commander";
import { writeLine } from "./command.ts";

/** The form in which a command prints its result. */
export interface FormatOptions {
  readonly format: "table" | "json";
}

/** `--format`. */
export function formatOption(): Option {
  return new Option("--format <form>", "the form of the result").choices(["table", "json"])
    .default("table");
}

/** Prints a result as it was asked for: its table, or all of it as JSON. */
export async function writeResult(
  { format }: FormatOptions,
  result: object,
  table: string,
): Promise<void> {
  await writeLine(Deno.stdout, format === "table" ? table : JSON.stringify(result, null, 2));
}

/** Names and values below each other. */
export function nameTable(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
