import { fileURLToPath } from "node:url";

/** Options of {@linkcode denoProcess}. */
export interface DenoProcessOptions extends Pick<Deno.CommandOptions, "env" | "stdin" | "stderr"> {
  /** Arguments of the module. */
  readonly args?: readonly string[];
  /** More flags of `deno run`, such as `--allow-net`. */
  readonly flags?: readonly string[];
  /** What cannot be done without one, for the message. */
  readonly purpose: string;
}

/**
 * A Deno of its own that runs one of this project's modules with the permissions of its tasks, output
 * piped.
 *
 * @throws {Error} If this process may not run Deno; the message says what to do.
 */
export function denoProcess(
  module: URL,
  { args = [], flags = [], purpose, ...options }: DenoProcessOptions,
): Deno.Command {
  const isFile = module.protocol === "file:";
  const config = new URL("../../deno.json", import.meta.url);
  return new Deno.Command(denoCommand(purpose), {
    ...options,
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      ...(isFile ? ["--config", fileURLToPath(config)] : []),
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "--allow-run=python3",
      "--allow-ffi",
      "--allow-sys",
      ...flags,
      isFile ? fileURLToPath(module) : module.href,
      ...args,
    ],
    stdout: "piped",
  });
}

// A permission to run `deno` is one for what the search path has by that name.
function denoCommand(purpose: string): string {
  const isAllowed = (command: string) =>
    Deno.permissions.querySync({ name: "run", command }).state === "granted";
  const command = [Deno.execPath(), "deno"].find(isAllowed);
  if (command !== undefined) return command;
  throw new Error(`Cannot ${purpose}: the program may not run Deno: give it --allow-run=deno`);
}
