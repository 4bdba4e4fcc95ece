import { lastLine } from "./last_line.ts";
import type { Attempt } from "./library_folder.ts";

/** Where Python would import the packages from. */
export interface PythonPackages {
  /** The folders of the package `tensorflow`, usually one or none. */
  readonly tensorflow: readonly string[];
  /** The folders of the namespace package `nvidia`, which hold NVIDIA's libraries. */
  readonly nvidia: readonly string[];
}

// find_spec() of a name without a dot asks the finders and executes nothing of the package. The
// empty entry of sys.path is the current folder: nothing there may be run or found.
const script = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.util, json
def folders(name):
    spec = importlib.util.find_spec(name)
    return list(spec.submodule_search_locations or []) if spec else []
json.dump({name: folders(name) for name in ("tensorflow", "nvidia")}, sys.stdout)
`;

// A Python that takes longer hangs, e.g. in a start-up file of its own.
const timeLimit = 30_000;

/** Asks Python where the packages lie, without importing them. */
export async function findPythonPackages(
  python: string,
  signal?: AbortSignal,
): Promise<Attempt<PythonPackages>> {
  const limit = AbortSignal.timeout(timeLimit);
  try {
    const { code, stdout, stderr } = await new Deno.Command(python, {
      args: ["-c", script],
      stdin: "null",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).output();
    signal?.throwIfAborted();
    if (limit.aborted) return { reason: `${python} gave no answer within ${timeLimit / 1000} s` };
    const text = new TextDecoder();
    if (code !== 0) {
      return { reason: `${python} ended with code ${code}: ${lastLine(text.decode(stderr))}` };
    }
    return parseAnswer(python, text.decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { reason: `${python} is not on the PATH` };
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
      return { reason: `${python} cannot be run: ${error.message}` };
    }
    throw error;
  }
}

function parseAnswer(python: string, text: string): Attempt<PythonPackages> {
  try {
    const answer: unknown = JSON.parse(text);
    if (isPackages(answer)) return { found: answer };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { reason: `${python} gave an unexpected answer: ${JSON.stringify(text.slice(0, 80))}` };
}

function isPackages(answer: unknown): answer is PythonPackages {
  if (typeof answer !== "object" || answer === null) return false;
  const { tensorflow, nvidia } = answer as Record<string, unknown>;
  return isStringList(tensorflow) && isStringList(nvidia);
}

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
