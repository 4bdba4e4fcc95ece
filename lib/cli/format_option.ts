import { Option } from "commander";

/** The form in which a command prints its result. */
export interface FormatOptions {
  readonly format: "table" | "json";
}

/** `--format`. */
export function formatOption(): Option {
  return new Option("--format <form>", "the form of the result").choices(["table", "json"])
    .default("table");
}

/** Names and values below each other. */
export function nameTable(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}
