import { Command, CommanderError, InvalidArgumentError } from "commander";

/** Exit code after a mistake on the command line, as shells have it. */
export const USAGE_ERROR = 2;

/** A command of the project with what all of them share. */
export function newCommand(name: string, summary: string): Command {
  return new Command(`deno task ${name}`)
    .description(summary)
    .helpOption("-h, --help", "show this help")
    .showSuggestionAfterError()
    .exitOverride();
}

/**
 * Parses the arguments and runs the command; an error becomes one line on standard error.
 *
 * @returns The exit code: 0, 1 after an error, 2 after a mistake on the command line.
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  try {
    await command.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    await writeLine(Deno.stderr, `error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

/** The names of the options that stand on the command line, as in `keyValueBits` for `--key-value-bits`. */
export function givenOptions(command: Command): string[] {
  return command.options.map((option) => option.attributeName())
    .filter((name) => command.getOptionValueSource(name) === "cli");
}

/** Parses an option that must be a positive integer. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a positive integer.");
}

/** Writes a line to standard output or standard error. */
export async function writeLine(
  stream: typeof Deno.stdout | typeof Deno.stderr,
  line: string,
): Promise<void> {
  const writer = stream.writable.getWriter();
  try {
    await writer.write(new TextEncoder().encode(`${line}\n`));
  } finally {
    writer.releaseLock();
  }
}
