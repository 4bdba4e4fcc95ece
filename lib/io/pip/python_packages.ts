import { quoted } from "../errors.ts";
import type { Attempt } from "./attempt.ts";
import { lastLine } from "./last_line.ts";
import { pythonCommand } from "./python_command.ts";

/** Options for {@linkcode findPythonPackages}. */
export interface FindPythonPackagesOptions<Name extends string> {
  /** The names of the packages, as a program imports them, without dots. */
  names: readonly Name[];
  /** Ends the search; its reason is then thrown. */
  signal?: AbortSignal | undefined;
}

/** The folders of each package: one, or none where it is not installed, or more if it is spread. */
export type PythonPackages<Name extends string = string> = {
  readonly [name in Name]: readonly string[];
};

// find_spec() of a name without a dot asks the finders and executes nothing of the package. The
// empty entry of sys.path is the current folder: nothing there may be run or found.
const script = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.util, json
def folders(name):
    spec = importlib.util.find_spec(name)
    return list(spec.submodule_search_locations or []) if spec else []
json.dump({name: folders(name) for name in sys.argv[1:]}, sys.stdout)
`;

// A Python that takes longer hangs, e.g. in a start-up file of its own.
const timeLimit = 30_000;

/** Asks Python where packages lie, without importing them. */
export async function findPythonPackages<Name extends string>(
  python: string,
  options: FindPythonPackagesOptions<Name>,
): Promise<Attempt<PythonPackages<Name>>> {
  const { names, signal } = options;
  const limit = AbortSignal.timeout(timeLimit);
  try {
    const { code, stdout, stderr } = await pythonCommand(python, {
      args: ["-c", script, ...names],
      stdin: "null",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).output();
    signal?.throwIfAborted();
    if (limit.aborted) return { reason: `${python} gave no answer within ${timeLimit / 1000} s` };
    const text = new TextDecoder();
    if (code !== 0) {
      return { reason: `${python} ended with code ${code}: ${lastLine(text.decode(stderr))}` };
    }
    return parseAnswer(text.decode(stdout), { python, names });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { reason: `${python} is not on the PATH` };
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
      return { reason: `${python} cannot be run: ${error.message}` };
    }
    throw error;
  }
}

function parseAnswer<Name extends string>(
  text: string,
  { python, names }: { python: string; names: readonly Name[] },
): Attempt<PythonPackages<Name>> {
  try {
    const answer: unknown = JSON.parse(text);
    if (isPackages(answer, names)) return { found: answer };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { reason: `${python} gave an unexpected answer: ${quoted(text)}` };
}

function isPackages<Name extends string>(
  answer: unknown,
  names: readonly Name[],
): answer is PythonPackages<Name> {
  if (typeof answer !== "object" || answer === null) return false;
  const folders = new Map<string, unknown>(Object.entries(answer));
  return names.every((name) => isStringList(folders.get(name)));
}

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
